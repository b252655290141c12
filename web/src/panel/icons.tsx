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
export const BackIcon = () => icon('turn-rtl', <path d="M15 5l-7 7 7 7" />);
export const NextIcon = () => icon('turn-rtl', <path d="M9 5l7 7-7 7" />);
export const OptionsIcon = () =>
  icon('dots', <><circle cx="5" cy="12" r="1.6" /><circle cx="12" cy="12" r="1.6" />
    <circle cx="19" cy="12" r="1.6" /></>);
export const SearchIcon = () =>
  icon('', <><circle cx="11" cy="11" r="6.5" /><path d="M16 16l4.5 4.5" /></>);
export const SmileIcon = () =>
  icon('', <><circle cx="12" cy="12" r="9" /><path d="M8.3 14.2a4.6 4.6 0 0 0 7.4 0M9 9.4v.2M15 9.4v.2" /></>);
export const AttachIcon = () =>
  icon('', <path d="M19.5 11.5l-7.6 7.6a4.7 4.7 0 0 1-6.6-6.6l8-8a3.1 3.1 0 0 1 4.4 4.4l-8 8a1.6 1.6 0 0 1-2.2-2.2l7.4-7.4" />);
export const CameraIcon = () =>
  icon('', <><path d="M4.5 7.5H8L9.6 5h4.8L16 7.5h3.5A1.5 1.5 0 0 1 21 9v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 18V9a1.5 1.5 0 0 1 1.5-1.5z" />
    <circle cx="12" cy="13.2" r="3.6" /></>);
export const CopyIcon = () =>
  icon('small', <><rect x="9" y="9" width="11.5" height="11.5" rx="2.5" />
    <path d="M15 5.5A2.5 2.5 0 0 0 12.5 3.5h-6.5A2.5 2.5 0 0 0 3.5 6v6.5A2.5 2.5 0 0 0 5.5 15" /></>);
export const BoxIcon = () =>
  icon('', <path d="M3.5 7.8L12 3.2l8.5 4.6v8.4L12 20.8l-8.5-4.6zM3.8 8L12 12.3 20.2 8M12 12.3v8.3" />);
export const PageIcon = () =>
  icon('', <path d="M6.5 3.5h7l4.5 4.5v11a1.5 1.5 0 0 1-1.5 1.5h-10A1.5 1.5 0 0 1 5 19V5a1.5 1.5 0 0 1 1.5-1.5zM8.5 12h6.5M8.5 16h4.5" />);
export const ThumbIcon = () =>
  icon('thumb', <path d="M7.5 11l4-7.5a2.2 2.2 0 0 1 2.2 2.2V9.5h4.8a1.8 1.8 0 0 1 1.8 2.1l-1.2 7a1.8 1.8 0 0 1-1.8 1.4H7.5zM7.5 11v9H4v-9z" />);
export const RobotIcon = () =>
  icon('', <><rect x="4.5" y="8.5" width="15" height="11" rx="3.5" /><path d="M12 8.5V5M9.2 13.4v.9M14.8 13.4v.9M2.5 13v3M21.5 13v3" />
    <circle cx="12" cy="3.8" r="1.2" /></>);
export const PersonIcon = () =>
  icon('', <><circle cx="12" cy="8" r="3.8" /><path d="M4.5 20a7.5 7.5 0 0 1 15 0" /></>);
