#pragma once

#include <deskbell/result.h>
#include <deskbell/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell::sdk {

class Device;

/// The SDK's version, "0.1.0".
const char* version() noexcept;

/// How to open a client.
struct Options {
  /// The hub's address, "https://desk.example.com"; http or https.
  std::string hub;
  /// The site's name on that hub.
  std::string site;
  /// The file that keeps everything, made (with its folder, readable by this user alone) where it
  /// is missing. It holds the device's secret and what was not sent yet: keep it. One process at a
  /// time can have it open.
  std::string store;
  /// Called when changes are there to be taken and none were before. It runs on the SDK's thread:
  /// only wake your own loop in it (post to it, write to a pipe). Commands are refused inside.
  std::function<void()> on_change = {};
  /// Begin to connect at once. Otherwise `start` does.
  bool connect = true;
};

/// One person's device: a replica of what that person may see, kept in a file, and the link to the
/// hub that keeps it up to date.
///
/// Every call returns at once (`post` with files, when they are copied). *Queries* read a
/// consistent snapshot of the store on the caller's thread. *Commands* return when what they did is
/// on this device's disk, which waits for the local commit and never for the network; it is sent as
/// soon as a hub is in reach, also after a restart. The SDK's one thread does all the rest. All
/// functions may be called from any thread; nothing throws (except `Result::value` in your own
/// code).
///
/// Moving and destroying are the owner's business: no other thread may be in a call then. The
/// destructor stops the thread and closes the store; what was not sent stays in it.
class Client {
 public:
  /// Opens an agent's device. Who signed in on it before is known and can work at once, with no
  /// network; on a new store, only `sign_in` makes it somebody's.
  static Result<Client> open(Options options);

  /// Opens a customer's device; a new store becomes an anonymous customer's, with an id and a
  /// secret of its own, without asking any hub.
  static Result<Client> open_as_customer(Options options);

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  /// Signs an agent in at the hub and makes the device theirs, for good: a later `open` needs no
  /// password. Wait for the future, or for a change of `Subject::identity`. The future is ready
  /// with an error when the client is destroyed before.
  std::future<Result<Identity>> sign_in(std::string login, std::string password);

  /// Whose device this is; nothing before the first sign-in.
  std::optional<Identity> identity() const;

  /// Begins to connect (again), and stops; a stopped client can do everything but send and receive.
  void start();
  void stop();
  /// A hint of the platform: `false` gives up what is under way, `true` tries at once.
  void set_network_available(bool available);

  Status status() const;

  // --- Changes: what to read again. They are collected until they are taken, each one once.

  /// The next change, or nothing when there is none now.
  std::optional<Change> poll_change();
  /// The next change; waits for one, at most for `timeout`.
  std::optional<Change> wait_for_change(std::chrono::milliseconds timeout);
  /// The next change, however long it takes.
  Change wait_for_change();

  // --- Queries

  /// Newest first.
  Result<std::vector<Conversation>> conversations(std::size_t limit = 200) const;
  /// `unknown_conversation` when this device has none of that id.
  Result<Conversation> conversation(std::string_view id) const;
  /// The last `limit` messages (for agents: and notes) in order, unsent and refused ones last.
  Result<std::vector<Message>> messages(std::string_view conversation,
                                        std::size_t limit = 200) const;
  /// Who else is writing there just now, for a line as "Maria is writing …". A change of the
  /// conversation says when somebody begins and ends. Known only while the device is live.
  Result<std::vector<Typist>> typing(std::string_view conversation) const;
  Result<Customer> customer(std::string_view id) const;
  /// All agents of the site, by name.
  Result<std::vector<Agent>> agents() const;
  Result<Site> site() const;
  /// Canned answers that are good now and contain the words (the last one may be unfinished), best
  /// first, the one whose shortcut that is before all; all of them by title when there are no
  /// words. Their words are those in `language` (BCP 47), or what comes nearest to it, or their
  /// first.
  Result<std::vector<Answer>> find_answers(std::string_view words, std::size_t limit = 20,
                                           std::string_view language = {}) const;
  Result<Answer> answer(std::string_view id, std::string_view language = {}) const;
  /// Canned answers for what the customer wrote last in a conversation, best first; none when he
  /// has written no words. Found by likeness, as the widget's robot finds them, in the whole book
  /// that this device has; works offline. The first time, and after the book has changed, it is
  /// learned first, which takes a second or so for a thousand entries.
  std::future<Result<std::vector<SuggestedAnswer>>> suggest_answers(std::string_view conversation,
                                                                    std::size_t limit = 5) const;
  /// The same for any question, or for what an agent types to find an answer: one whose shortcut
  /// that is comes first, and those that merely have its words in their text come last.
  std::future<Result<std::vector<SuggestedAnswer>>> answers_to(std::string question,
                                                               std::size_t limit = 5) const;
  /// A canned answer with its variables filled in for a conversation: `customer.name`,
  /// `customer.email`, `customer.NAME` for each attribute, `order.NAME` of the order that was
  /// spoken of last, `agent.name`, `site.name`, and what `values` gives besides or instead. What is
  /// to be asked for before stands in `Answer::parameters`, and its value goes into `values` under
  /// its name.
  Result<FilledAnswer> fill_answer(std::string_view conversation, std::string_view answer,
                                   const std::map<std::string, std::string>& values = {},
                                   std::string_view language = {}) const;
  /// How an answer is to read: its draft (one's own, or else the team's), or else what is
  /// published. To be changed and given to `draft_answer` or `publish_answer`.
  Result<AnswerDraft> answer_draft(std::string_view answer) const;
  /// The answers that are to be published one day, by title.
  Result<std::vector<DraftedAnswer>> drafted_answers() const;
  /// What was done to an answer, oldest first.
  Result<std::vector<AnswerVersion>> answer_versions(std::string_view answer) const;
  /// What was done on this device and refused by the hub, oldest first.
  Result<std::vector<Refused>> refused() const;

  // --- Commands. Each is one transaction; those that write something answer with its id.

  /// Posts to a conversation. For a customer, `conversation` may be empty: the open one, or a new
  /// one. An agent's reply is held back (refused, `stale_reply`) when somebody wrote in the
  /// conversation after what this device had seen; see `refused`, `resend`.
  Result<std::string> post(std::string conversation, std::string text);
  /// The same with up to 10 files; the text may be empty then. The files are copied into a folder
  /// beside the store first, which takes as long as the disk does; what happens to them afterwards
  /// does not matter. Their bytes go to the hub piece by piece, also after restarts and cuts, and
  /// the message follows them (`Message::files` tells how far they are). `not_found` and
  /// `invalid_command` name a file that cannot be sent; nothing is posted then. Files that the hub
  /// does not take make the message `refused`: `too_large`, `over_quota`, `not_allowed`.
  Result<std::string> post(std::string conversation, std::string text,
                           const std::vector<File>& files);
  /// Takes back a message that has not left this device, with its files: one without files until it
  /// is sent or the client is closed, one with files while they are on their way. `not_found` when
  /// it may be at the hub.
  Result<void> take_back(std::string message);
  /// Fetches a file of a message to `path`, where nothing may be yet: checked by size and SHA-256,
  /// and there under that name only when it is whole. A fetch that was cut off goes on where it
  /// was, in this call or the next. `path` is the app's choice: a name that came with a message is
  /// somebody else's text. Wait for the future, or for a change of `Subject::file`; it is ready
  /// with `network_failed` when no hub is in reach.
  std::future<Result<void>> save_file(std::string message, std::string attachment,
                                      std::string path);
  /// The same with a file of a canned answer (`Answer::files`).
  std::future<Result<void>> save_answer_file(std::string answer, std::string attachment,
                                             std::string path);
  /// Posts a canned answer with its quick replies, cards and files, filled in as `fill_answer`
  /// does. `invalid_command` names the variables that are missing, and nothing is posted then.
  Result<std::string> use_answer(std::string conversation, std::string answer,
                                 const std::map<std::string, std::string>& values = {},
                                 std::string_view language = {});
  /// Posts a text that was made from these canned answers, as they were or edited: their use is
  /// counted, and whether they were edited before. All their files go along, and the quick replies
  /// and cards of the last of them that has any; `too_large` when there are more files than the 10
  /// of a message. The hub has the files already: nothing is sent of them.
  Result<std::string> post_from_answers(std::string conversation, std::string text,
                                        const std::vector<std::string>& answers);
  /// Publishes a canned answer and answers with its id. An agent may publish for everyone, the team
  /// or himself; an answer of somebody else's own is refused with `not_allowed`, and one that fewer
  /// would see than before with `scope_narrowed`. Of an answer that is there, what a draft cannot
  /// say (translations, cards, files, …) stays.
  Result<std::string> publish_answer(AnswerDraft draft);
  /// Keeps how an answer is to read one day, for the team or (of scope `own`) for oneself, and
  /// answers with its id. What is published stays until `publish_draft`.
  Result<std::string> draft_answer(AnswerDraft draft);
  /// Publishes an answer's draft (one's own, or else the team's), whole. `unknown_answer` when it
  /// has none.
  Result<void> publish_draft(std::string answer);
  /// Forgets an answer's draft.
  Result<void> drop_draft(std::string answer);
  /// Publishes again how an answer read in version `number`, with its translations and cards, for
  /// all who may see it now; it is the newest version then, and a draft is overtaken. `not_found`
  /// when this device does not know that version.
  Result<void> restore_answer(std::string answer, std::int64_t number);
  /// Takes a canned answer out of the book. What was said with it stays.
  Result<void> withdraw_answer(std::string answer);
  /// A note that only the team sees.
  Result<std::string> add_note(std::string conversation, std::string text);
  /// To an agent, by id; to nobody when empty.
  Result<void> assign(std::string conversation, std::string agent);
  Result<void> resolve(std::string conversation);
  Result<void> reopen(std::string conversation);
  /// This device's person is writing there just now: call it at each key. The others are told now
  /// and then, nothing of it is kept, and it does not wait. Not a command: it cannot fail.
  void note_typing(std::string conversation);
  /// All that others wrote in the conversation has been looked at.
  Result<void> mark_read(std::string conversation);
  /// By the customer, once the conversation is resolved; `stars` from 1 to 5.
  Result<void> answer_survey(std::string conversation, int stars, std::string comment);
  /// What is absent stays. `customer` may be empty on a customer's own device.
  Result<void> update_customer(std::string customer, std::optional<std::string> name,
                               std::optional<std::string> email);
  /// Something refused: forget it, or do it anew (with what has been seen by now); the new id.
  Result<void> discard(std::string refused);
  Result<std::string> resend(std::string refused);

 private:
  explicit Client(std::unique_ptr<Device> device);
  std::unique_ptr<Device> device_;
};

}  // namespace deskbell::sdk
