/**
 * The deliberate faults. A simulator that does not catch them proves nothing.
 *
 * Each names a file, the text there that does the right thing (`find`; any white space fits any),
 * and what stands in its place while the mutant is active (`put`). Both are statements, or
 * (`expression`) expressions of one type. `after` and `before` are what stands around a text that
 * occurs more than once.
 */
export const mutants = [
  // ---- The hub's store ----
  {
    name: 'acknowledge_before_commit',
    says: 'the hub answers a push although its commit failed',
    file: 'server/store/sqlite_hub_store.cpp',
    find: 'transaction.commit();',
    before: 'return placement;',
    put: 'try { transaction.commit(); } catch (const StoreError&) {}',
  },
  {
    name: 'commit_without_sync',
    says: 'the hub answers before its commit is on the disk',
    file: 'server/store/sqlite_hub_store.cpp',
    find: 'migrate_hub(*writer_);',
    put: 'migrate_hub(*writer_); writer_->execute("PRAGMA synchronous = OFF");',
  },
  {
    name: 'page_cursor_at_head',
    says: 'a full page says that it reaches to the head of the log',
    file: 'server/store/sqlite_hub_store.cpp',
    find: 'page.cursor.seq = last;',
    put: 'page.cursor.seq = head;',
  },
  {
    name: 'restore_keeps_epoch',
    says: 'a hub restored from a backup goes on under its old epoch',
    file: 'server/store/epoch.cpp',
    find: 'database.run( "INSERT INTO meta (name, value) VALUES (\'epoch\', ?1) ON CONFLICT DO UPDATE SET value = ?1", epoch);',
    put: '',
  },

  // ---- Placing ----
  {
    name: 'no_deduplication_on_hub',
    says: 'the hub does not look whether it has an event already',
    file: 'core/sync/placer.cpp',
    find: 'if (const auto seq = log_.seq_of(event->id)) return answer_known(std::move(result), *seq, hash);',
    put: '',
  },
  {
    name: 'seq_with_gaps',
    says: 'an assignment takes two places in the log',
    file: 'core/sync/placer.cpp',
    find: 'head_ + 1',
    put: 'head_ + (event.type == "conversation.assigned" ? 2 : 1)',
    expression: true,
  },
  {
    name: 'known_event_refused',
    says: 'the hub calls an event that it has another of the same id',
    file: 'core/sync/placer.cpp',
    find: 'if (const auto seq = log_.seq_of(event->id)) return answer_known(std::move(result), *seq, hash);',
    put: 'if (const auto seq = log_.seq_of(event->id)) return answer_known(std::move(result), *seq, "");',
  },
  {
    name: 'known_event_named_wrong_place',
    says: 'the hub answers for a known event with the head of the log',
    file: 'core/sync/placer.cpp',
    find: 'result.seq = seq;',
    put: 'result.seq = head_;',
  },

  // ---- Who may see what ----
  {
    name: 'notes_reach_customers',
    says: 'a note of the team counts as part of the conversation',
    file: 'core/policy/audience.cpp',
    after: 'operator()(const NoteAdded&) const {',
    find: 'return {Audience::team, ""};',
    put: 'return of_customer(database.text("SELECT customer FROM conversation WHERE id = ?", event.conversation).value_or(""));',
  },
  {
    name: 'team_answers_are_public',
    says: 'canned answers for the team go to everyone',
    file: 'core/policy/audience.cpp',
    find: 'scope == AnswerScope::team ? Audience::team : Audience::everyone',
    put: 'Audience::everyone',
    expression: true,
  },
  {
    name: 'reading_without_scope',
    says: 'the log is read for a customer as for the team',
    file: 'core/store/event_log.cpp',
    find: 'reader.kind == ActorKind::customer',
    put: 'false',
    expression: true,
  },

  // ---- The device's replica ----
  {
    name: 'cursor_in_another_transaction',
    says: 'a page is committed before its cursor',
    file: 'core/sync/replica.cpp',
    find: 'set_meta("cursor", encode_cursor(page.cursor));',
    put: 'database_.run("COMMIT"); database_.run("BEGIN IMMEDIATE"); set_meta("cursor", encode_cursor(page.cursor));',
  },
  {
    name: 'page_that_does_not_join',
    says: 'a page is applied although something before it is missing',
    file: 'core/sync/replica.cpp',
    find: 'if (page.since.seq > here) return PageFit::gap;',
    put: '',
  },
  {
    name: 'late_page_moves_cursor_back',
    says: 'a page that says nothing new sets the cursor all the same',
    file: 'core/sync/replica.cpp',
    find: 'if (cursor && page.cursor.seq <= here) return PageFit::known;',
    put: '',
  },
  {
    name: 'own_events_forgotten_in_new_epoch',
    says: 'a device does not give back to the hub what it lost',
    file: 'core/sync/replica.cpp',
    find: 'database_.run(kGiveBack, event.id);',
    put: '',
  },
  {
    name: 'acknowledgements_outlive_epoch',
    says: 'what an older history of the hub acknowledged counts as sent in the new one',
    file: 'core/sync/replica.cpp',
    find: 'database_.run( "UPDATE outbox SET seq = NULL, not_before = 0, passed_by = NULL WHERE code IS NULL");',
    put: '',
  },
  {
    name: 'epoch_forgotten',
    says: 'a device goes on in a new history as if it were the old one',
    file: 'core/sync/replica.cpp',
    find: 'if (meta("epoch") != epoch) reset_history(epoch);',
    put: 'set_meta("epoch", epoch); database_.run("DELETE FROM meta WHERE name = \'cursor\'");',
  },
  {
    name: 'outbox_emptied_on_acknowledgement',
    says: 'an event leaves the outbox before it came back in the history',
    file: 'core/sync/replica.cpp',
    find: 'database_.run("UPDATE outbox SET seq = ? WHERE id = ?", result.seq, result.id);',
    put: 'database_.run("DELETE FROM outbox WHERE id = ?", result.id);',
  },
  {
    name: 'refused_event_dropped',
    says: 'what the hub refuses vanishes without a word',
    file: 'core/sync/replica.cpp',
    find: 'database_.run("UPDATE outbox SET code = ?, message = ? WHERE id = ?", error_name(result.error->code), result.error->message, result.id);',
    put: 'database_.run("DELETE FROM outbox WHERE id = ?", result.id);',
  },
  {
    name: 'outbox_keeps_what_is_placed',
    says: 'an event stays in the outbox when it has come in the history',
    file: 'core/sync/replica.cpp',
    find: 'drop_from_outbox(event.id);',
    put: '',
  },
  {
    name: 'overlay_undone_forwards',
    says: 'what unsent events changed is put back in the order in which it changed',
    file: 'core/store/overlay.cpp',
    find: 'for (const std::string& statement : statements) database_.execute(statement);',
    put: 'for (auto last = statements.rbegin(); last != statements.rend(); ++last) database_.execute(*last);',
  },
  {
    name: 'overlay_left_on',
    says: 'a page is folded on top of unsent events',
    file: 'core/sync/replica.cpp',
    find: 'overlay_.undo();',
    before: 'const bool any_own =',
    put: '',
  },
  {
    name: 'retry_is_overtaken',
    says: 'what waits is overtaken by later events of its conversation',
    file: 'core/sync/replica.cpp',
    find: 'database_.query(due, now, kLongestPatience, max_events)',
    put: 'database_.query("SELECT body FROM outbox WHERE seq IS NULL AND code IS NULL AND not_before <= ? ORDER BY n LIMIT ?", now, max_events)',
    expression: true,
  },
  {
    name: 'outbox_in_reverse',
    says: 'after a new epoch what is given back comes behind what was unsent',
    file: 'core/sync/replica.cpp',
    find: 'database_.run(kGiveBack, event.id);',
    put: 'database_.run("INSERT INTO outbox (id, conversation, body) SELECT id, conversation, body FROM event WHERE id = ? ON CONFLICT DO NOTHING", event.id);',
  },

  // ---- The link ----
  {
    name: 'stale_word_of_epoch_believed',
    says: 'a late answer of an older history is taken for news of a newer one',
    file: 'core/sync/link.cpp',
    find: 'return epoch != ours && asked_in_[static_cast<std::size_t>(asked)] != ours;',
    put: 'return false;',
  },
  {
    name: 'push_without_epoch',
    says: 'a push does not name the history it is for',
    file: 'core/sync/link.cpp',
    find: 'if (!epoch.empty()) request.path += "?epoch=" + epoch;',
    put: '',
  },
  {
    name: 'offline_for_good',
    says: 'a device whose stream works calls itself offline',
    file: 'core/sync/link.cpp',
    find: 'unreachable_ = false;',
    before: 'listen_anew();',
    put: '',
  },
  {
    name: 'failure_without_another_try',
    says: 'a push that failed is not tried again',
    file: 'core/sync/link.cpp',
    find: '*flight = 0;',
    put: 'if (flight != &push_flight_) *flight = 0;',
  },
  {
    name: 'watchdog_sleeps',
    says: 'a stream that has fallen silent is waited for for ever',
    file: 'core/sync/link.cpp',
    find: 'check_watchdog(now);',
    put: '',
  },
  {
    name: 'own_writes_relaxed',
    says: 'what only this device has is not made durable at once',
    file: 'core/sync/engine.cpp',
    find: 'effects.durability = Durability::strict;',
    put: 'effects.durability = Durability::relaxed;',
  },
  {
    name: 'ids_without_randomness',
    says: 'ids are made of the time alone, as a counter would',
    file: 'core/event/id.cpp',
    find: 'random.fill(bytes);',
    put: 'bytes.fill(std::byte{7});',
  },

  // ---- Folds and views ----
  {
    name: 'delivered_counts_as_read',
    says: 'a receipt of delivery marks messages as read',
    file: 'core/fold/receipt.cpp',
    find: 'raise(c, believable(c, receipt.up_to), 0);',
    put: 'raise(c, believable(c, receipt.up_to), receipt.up_to);',
  },
  {
    name: 'watermark_moves_back',
    says: 'the last receipt counts, not the furthest',
    file: 'core/fold/receipt.cpp',
    find: 'c.database.run(kRaise, c.event.conversation, static_cast<int>(c.event.author.kind), c.event.author.id, delivered, read);',
    put: 'c.database.run("INSERT INTO receipt (conversation, reader_kind, reader, delivered, read) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET delivered = max(delivered, ?4), read = ?5", c.event.conversation, static_cast<int>(c.event.author.kind), c.event.author.id, delivered, read);',
  },
  {
    name: 'unread_off_by_one',
    says: 'one message too many counts as unread',
    file: 'core/view/views.cpp',
    find: 'view.unread = row.integer(8);',
    put: 'view.unread = row.integer(8) + (row.integer(8) > 0);',
  },

  // ---- The page store ----
  {
    name: 'undo_keeps_pages',
    says: 'a batch that lost the race is not put back',
    file: 'wasm/page_file.cpp',
    find: 'if (number < pages_.size()) pages_[number] = std::move(page);',
    put: '',
  },
  {
    name: 'record_lacks_first_page',
    says: 'the first page of a batch is not written',
    file: 'wasm/page_file.cpp',
    find: 'page_bytes(number) != bytes_before(number)',
    put: 'number != 0 && page_bytes(number) != bytes_before(number)',
    expression: true,
  },
  {
    name: 'session_outlives_undo',
    says: 'SQLite keeps its cache over pages that were put back',
    file: 'wasm/device.cpp',
    find: 'close();',
    before: 'file_.settle(false);',
    put: '',
  },
];
