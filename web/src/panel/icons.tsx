import type { ComponentChildren } from 'preact';

function icon(className: string, children: ComponentChildren) {
  return (
    <svg class={'icon ' + className} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const CloseIcon = () => icon('', <path d="M6 6l12 12M18 6L6 18" />);
export const SendIcon = () => icon('', <path d="M12 19V5M5.5 11.5L12 5l6.5 6.5" />);
export const DownIcon = () => icon('', <path d="M12 5v14M6 13l6 6 6-6" />);
export const SavingIcon = () =>
  icon('small', <><circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" /></>);
export const SavedIcon = () =>
  icon('small', <><rect x="6.5" y="2.5" width="11" height="19" rx="2.5" /><path d="M11 18h2" /></>);
export const SentIcon = () => icon('small', <path d="M4.5 12.5l5 5 10-11" />);
export const DeliveredIcon = () =>
  icon('small', <path d="M1.5 12.5l5 5 9.5-11M12 16.5l1.5 1L23 6.5" />);
export const ReadIcon = () =>
  icon('small', <><path d="M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12z" />
    <circle cx="12" cy="12" r="2.8" /></>);
export const AlertIcon = () =>
  icon('small', <><circle cx="12" cy="12" r="9" /><path d="M12 7.5v5.5M12 16.3v.2" /></>);
export const OfflineIcon = () =>
  icon('', <path d="M4 4l16 16M9 6.3A6 6 0 0 1 17.5 11a4 4 0 0 1 2.8 6.3M16 19H7a4.5 4.5 0 0 1-1.3-8.8" />);
export const ReconnectIcon = () =>
  icon('turning', <path d="M20 11.5A8 8 0 0 0 5.5 7.3L4 9M4 4.5V9h4.5M4 12.5a8 8 0 0 0 14.5 4.2L20 15M20 19.5V15h-4.5" />);
export const DoneIcon = () =>
  icon('', <><circle cx="12" cy="12" r="9" /><path d="M8 12.3l2.8 2.8L16 9.5" /></>);
export const StarIcon = () =>
  icon('star', <path d="M12 2.8l2.8 5.9 6.4.8-4.7 4.5 1.2 6.4L12 17.3l-5.7 3.1 1.2-6.4L2.8 9.5l6.4-.8z" />);
