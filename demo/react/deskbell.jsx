// The widget in a React app: a component without a look of its own, and a hook for its events.

import { useEffect, useRef, useState } from 'react';
import { Deskbell } from 'deskbell';

/** `token`: the proof of who is signed in, from your server; none for a guest. */
export function DeskbellWidget({ token, ...options }) {
  const said = JSON.stringify(options);
  useEffect(() => {
    Deskbell('boot', JSON.parse(said));
  }, [said]);
  const before = useRef();
  useEffect(() => {
    if (token) Deskbell('identify', token);
    else if (before.current) void Deskbell('logout');
    before.current = token;
  }, [token]);
  useEffect(() => () => Deskbell('destroy'), []);
  return null;
}

/** What an event said last. */
export function useDeskbell(event, beginning) {
  const [detail, setDetail] = useState(beginning);
  useEffect(() => Deskbell('on', event, setDetail), [event]);
  return detail;
}
