import { AlertIcon, OfflineIcon, ReconnectIcon } from './icons.tsx';
import type { State } from './state.ts';
import { say } from './words.ts';

type Notice = { kind: 'quiet' | 'serious'; text: string; icon: 'offline' | 'turning' | 'alert' };

function networkNotice({ online, reach, storage, failure }: State): Notice | null {
  const unsaved = storage.state === 'memory';
  if (failure !== null) return null;
  if (reach === 'signed_out') return { kind: 'serious', text: say('signedOut'), icon: 'alert' };
  if (!online || reach === 'away') {
    const text = say(unsaved ? 'offlineUnsaved' : online ? 'unreachable' : 'offline');
    return { kind: 'quiet', text, icon: 'offline' };
  }
  return reach === 'slow' ? { kind: 'quiet', text: say('reconnecting'), icon: 'turning' } : null;
}

function storageNotice({ storage, failure }: State): Notice | null {
  if (failure !== null) {
    return { kind: 'serious', text: say('cannotStart', { reason: failure }), icon: 'alert' };
  }
  if (storage.state === 'newer') return { kind: 'serious', text: say('newerVersion'), icon: 'alert' };
  if (storage.state !== 'memory') return null;
  const text = `${say(`cannotSave.${storage.reason}`)} ${say('cannotSaveMore')}`;
  return { kind: 'serious', text, icon: 'alert' };
}

/** What stands between the customer and the hub, and what is safe meanwhile. */
export function Notices({ state }: { state: State }) {
  const notices = [storageNotice(state), networkNotice(state)].filter((one) => one !== null);
  const reload = state.failure !== null || state.storage.state === 'newer' ||
    state.reach === 'signed_out';
  return (
    <div class="notices" role="status">
      {notices.map(({ kind, text, icon }) => (
        <p class={'notice ' + kind} key={text}>
          {icon === 'offline' ? <OfflineIcon /> : icon === 'turning' ? <ReconnectIcon /> : <AlertIcon />}
          <span>{text}</span>
          {kind === 'serious' && reload && (
            <button type="button" class="small-button" onClick={() => location.reload()}>
              {say('reload')}
            </button>
          )}
        </p>
      ))}
    </div>
  );
}
