#ifndef DESKBELL_DESKBELL_H
#define DESKBELL_DESKBELL_H

/* Deskbell for every language that can call C: a device's replica and its link to the hub behind
 * few functions. What to do and what is there crosses as JSON in UTF-8; sdk.md lists the commands.
 *
 * Conventions
 * - Functions that can fail return DESKBELL_OK or a negative deskbell_error_code;
 *   deskbell_error_last() then has the line for people.
 * - Strings given out through `char **out` are the caller's, to be freed by deskbell_string_free;
 *   on failure *out is NULL unless said otherwise. Strings passed in are copied.
 * - Every call returns at once: commands when their local transaction is on disk, never later.
 *   The exceptions are deskbell_client_wait, which waits as long as it was told, and the two of
 *   deskbell_client_attach, which copy a file.
 * - All functions but deskbell_client_close may be called from any thread at any time. */

#include <deskbell/errors.h>
#include <stddef.h>

#ifdef __cplusplus
#define DESKBELL_NOEXCEPT noexcept
extern "C" {
#else
#define DESKBELL_NOEXCEPT
#endif

/* A device that is open. */
typedef struct deskbell_client deskbell_client;

/* How to open one. Initialise with DESKBELL_CLIENT_OPTIONS_INIT or deskbell_client_options_init,
 * so that fields added later have their defaults. */
typedef struct deskbell_client_options {
  unsigned int version;
  const char* hub;   /* "https://desk.example.com" */
  const char* site;  /* the site's name on that hub */
  const char* store; /* the file that keeps everything; made where it is missing */
  int as_customer;   /* not 0: a new store becomes an anonymous customer's */
  int connect;       /* not 0 (the default): begin to connect at once */
  /* NULL, or called on the SDK's thread when changes are there and none were before. It may only
   * wake the app's own loop; commands are refused inside. */
  void (*on_change)(void* payload);
  void* payload;
} deskbell_client_options;

#define DESKBELL_CLIENT_OPTIONS_VERSION 1
#define DESKBELL_CLIENT_OPTIONS_INIT \
  { DESKBELL_CLIENT_OPTIONS_VERSION, 0, 0, 0, 0, 1, 0, 0 }

/* Sets the defaults of that version of the struct. */
int deskbell_client_options_init(deskbell_client_options* options,
                                 unsigned int version) DESKBELL_NOEXCEPT;

/* Opens a device; *out is to be closed. */
int deskbell_client_open(deskbell_client** out,
                         const deskbell_client_options* options) DESKBELL_NOEXCEPT;

/* Ends its thread and closes the store; what was not sent stays in it. NULL is fine. No other
 * thread may be using the client. */
void deskbell_client_close(deskbell_client* client) DESKBELL_NOEXCEPT;

/* Carries out a command: {"command": "message.post", "text": "Hello"}. *out is the answer, also
 * when the command failed: {"result": ...} or {"error": {"code", "message"}}; it is NULL only when
 * there was no answer at all. `out` may be NULL. */
int deskbell_client_send(char** out, deskbell_client* client,
                         const char* command) DESKBELL_NOEXCEPT;

/* Copies a file into a folder beside the store, to be sent with a message: *out is one entry of
 * `attachments` of the command message.post, {"id", "name", "type", "size"}. The copy stays until
 * the client is closed, and after that while a message needs it. `name`: as the others see it, or
 * NULL for the path's last part; `type`: a media type, "image/png", or NULL for what the name
 * suggests. */
int deskbell_client_attach(char** out, deskbell_client* client, const char* path, const char* name,
                           const char* type) DESKBELL_NOEXCEPT;

/* The same with bytes; `name` must be given. */
int deskbell_client_attach_bytes(char** out, deskbell_client* client, const void* bytes,
                                 size_t size, const char* name, const char* type) DESKBELL_NOEXCEPT;

/* Begins to fetch a file of a message, by the attachment's id, to `path`, where nothing may be yet:
 * checked by size and SHA-256, there only when it is whole, gone on with where it was cut off. A
 * change {"subject": "file"} says that it has ended. A name that came with a message is somebody
 * else's text: never make a path of it unseen. */
int deskbell_client_save_file(deskbell_client* client, const char* message, const char* attachment,
                              const char* path) DESKBELL_NOEXCEPT;

/* The same with a file of a canned answer: one of `files` of deskbell_client_answer. */
int deskbell_client_save_answer_file(deskbell_client* client, const char* answer,
                                     const char* attachment, const char* path) DESKBELL_NOEXCEPT;

/* How fetching a file to that path has ended: DESKBELL_OK, an error, or DESKBELL_PENDING while it
 * goes on. An end is told once, and forgotten then. */
int deskbell_client_save_file_result(deskbell_client* client, const char* path) DESKBELL_NOEXCEPT;

/* Canned answers to a question, at most `limit`, best first: *out is
 * [{"answer": "0193...", "confidence": 0.93, "nearest": "Where is my parcel?", "words":
 * ["parcel"]}]: which one, how likely it is meant (0 to 1), the most alike of its texts, and the
 * question's words that its texts have. Found by likeness in the whole book that this device has,
 * without the hub. Waits while the book is learned: the first time, and after the book has changed,
 * a second or so for a thousand entries. */
int deskbell_client_answers_to(char** out, deskbell_client* client, const char* question,
                               size_t limit) DESKBELL_NOEXCEPT;

/* The same for what the customer wrote last in a conversation; [] when he has written no words. */
int deskbell_client_suggest_answers(char** out, deskbell_client* client, const char* conversation,
                                    size_t limit) DESKBELL_NOEXCEPT;

/* A canned answer, for a language (BCP 47) or, with NULL, in its first: *out is {"id", "title",
 * "text", "language", "team_only", "category", "shortcut", "procedure", "authority", "files":
 * [{"id", "name", "type", "size"}], "parameters": [{"name", "label", "format", "fallback"}]}. The
 * files go with it when it is used. The parameters are to be asked for then: `format` is "date",
 * "number", "amount" or "", and a `fallback` stands for what is not given. */
int deskbell_client_answer(char** out, deskbell_client* client, const char* answer,
                           const char* language) DESKBELL_NOEXCEPT;

/* A canned answer with its variables filled in for a conversation: *out is {"text", "missing":
 * [name]}; the place of a variable that is missing is as written. `values` gives the parameters,
 * and whatever else is to be known: {"days": "3"}, or NULL. */
int deskbell_client_fill_answer(char** out, deskbell_client* client, const char* conversation,
                                const char* answer, const char* values,
                                const char* language) DESKBELL_NOEXCEPT;

/* Posts a canned answer, filled in as above, with its quick replies, cards and files; its use is
 * counted. *out is {"id"} of the message. DESKBELL_ERROR_INVALID_COMMAND names the variables that
 * are missing, and nothing is posted then. */
int deskbell_client_use_answer(char** out, deskbell_client* client, const char* conversation,
                               const char* answer, const char* values,
                               const char* language) DESKBELL_NOEXCEPT;

/* Begins to sign an agent in. A change {"subject": "identity"} says that it has ended. */
int deskbell_client_sign_in(deskbell_client* client, const char* login,
                            const char* password) DESKBELL_NOEXCEPT;

/* How the last sign-in ended: DESKBELL_OK, an error, or DESKBELL_PENDING while it goes on. */
int deskbell_client_sign_in_result(deskbell_client* client) DESKBELL_NOEXCEPT;

/* Takes the next change, {"subject": "conversation", "id": "0193..."}; *out is NULL when there is
 * none now. */
int deskbell_client_next_change(char** out, deskbell_client* client) DESKBELL_NOEXCEPT;

/* Waits for a change without taking it: 1 when there is one, 0 when `timeout_ms` has passed before
 * (0: only look; negative: for as long as it takes). */
int deskbell_client_wait(deskbell_client* client, int timeout_ms) DESKBELL_NOEXCEPT;

/* The message of this thread's last failure, valid until the next call in this thread; "" for
 * none. */
const char* deskbell_error_last(void) DESKBELL_NOEXCEPT;

/* The stable name of a code, "stale_reply"; "unknown" for no code. */
const char* deskbell_error_name(int code) DESKBELL_NOEXCEPT;

/* Frees a string that was given out. NULL is fine. */
void deskbell_string_free(char* string) DESKBELL_NOEXCEPT;

/* "0.1.0" */
const char* deskbell_version(void) DESKBELL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
