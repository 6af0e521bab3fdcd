// A question of the system that the page cannot answer itself.
import { dialog } from 'electron';
import { frontWindow } from './window.ts';

export interface Question {
  readonly message: string;
  readonly detail: string;
  readonly yes: string;
  readonly no: string;
}

/** Whether the person says yes; closing the question says no. */
export async function agrees({ message, detail, yes, no }: Question): Promise<boolean> {
  const options: Electron.MessageBoxOptions = {
    type: 'question',
    title: 'Hashlens',
    message,
    detail,
    buttons: [yes, no],
    defaultId: 0,
    cancelId: 1,
  };
  const parent = frontWindow();
  const { response } = await (parent === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(parent, options));
  return response === 0;
}
