/** Sign-in by an OpenID Connect provider: the authorization code flow with PKCE. */

import { UserManager, WebStorageStateStore } from "oidc-client-ts";

import type { OidcConfig } from "./config.ts";
import type { Session, SignIn } from "./session.ts";

const PLACE = "threadcast.place";

export async function signIn(config: OidcConfig): Promise<SignIn> {
  const redirect = new URL(location.pathname, location.href).href;
  const manager = new UserManager({
    authority: config.authority,
    client_id: config.client_id,
    redirect_uri: redirect,
    post_logout_redirect_uri: redirect,
    scope: config.scope ?? "openid profile email",
    extraQueryParams: config.parameters ?? {},
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
  });
  const parameters = new URLSearchParams(location.search);
  if (parameters.has("state") && (parameters.has("code") || parameters.has("error"))) {
    await manager.signinCallback();
    history.replaceState(null, "", location.pathname + (sessionStorage.getItem(PLACE) ?? "#/"));
  }
  const user = await manager.getUser();
  if (user === null || (user.expired && user.refresh_token === undefined)) {
    return {
      kind: "oidc",
      start() {
        sessionStorage.setItem(PLACE, location.hash || "#/");
        return manager.signinRedirect();
      },
    };
  }
  return { kind: "signed-in", session: sessionOf(manager, config, user.profile.name ?? user.profile.email) };
}

function sessionOf(manager: UserManager, config: OidcConfig, name: string | undefined): Session {
  return {
    name: name ?? "Signed in",
    async token() {
      let user = await manager.getUser();
      if (user?.expired) user = await manager.signinSilent();
      const token = config.token === "id_token" ? user?.id_token : user?.access_token;
      if (token === undefined) throw new Error("the sign-in has expired");
      return token;
    },
    async signOut() {
      await manager.removeUser();
    },
  };
}
