// The language in which Chromium writes its own parts of the page, such as fields for dates and numbers.
import { app } from 'electron';

/**
 * Sets the language until the program ends; Chromium reads it once, as it starts.
 * @param language as in BCP 47
 */
export function setChromiumLanguage(language: string): void {
  app.commandLine.appendSwitch('lang', language);
  if (process.platform !== 'linux') return;
  // On Linux this variable has precedence over the switch. It is the system's again once Chromium has read it.
  const name = 'LANGUAGE';
  const system = process.env[name];
  process.env[name] = language;
  void app.whenReady().then(() => {
    if (system === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = system;
  });
}
