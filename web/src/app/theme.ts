/** Light or dark: the system's choice, or the user's own. */

import { useEffect, useState } from "react";

type Theme = "light" | "dark";
const KEY = "threadcast.theme";

export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(
    () =>
      (localStorage.getItem(KEY) as Theme | null) ??
      (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
  );
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  const toggle = (): void => {
    const other = theme === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, other);
    setTheme(other);
  };
  return [theme, toggle];
}
