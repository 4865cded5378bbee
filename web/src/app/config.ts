/** The configuration file beside the page: where the socket is, and who signs its users in. */

export interface PageConfig {
  /** The endpoint, `wss://…/{stage}`; a path is one on the page's own host. */
  socket: string;
  oidc?: OidcConfig;
}

/** An OpenID Connect provider that issues the endpoint's tokens. */
export interface OidcConfig {
  authority: string;
  client_id: string;
  /** Default: `openid profile email`. */
  scope?: string;
  /** The token that the endpoint's authorizer verifies; default: `access_token`. */
  token?: "access_token" | "id_token";
  /** Further parameters of the authorization request, e.g. `{"audience": "…"}`. */
  parameters?: Record<string, string>;
}

export async function loadConfig(): Promise<PageConfig> {
  const answer = await fetch("config.json", { cache: "no-store" });
  if (!answer.ok) throw new Error(`config.json could not be loaded (${answer.status})`);
  return (await answer.json()) as PageConfig;
}

export function socketUrl(config: PageConfig): string {
  const url = new URL(config.socket, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}
