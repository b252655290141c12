#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* Uses the C interface from C. 0, or the line at which something was not as it should be. */
int c_offline(const char* folder);
/* Sends a file and fetches it again. */
int c_files(const char *hub, const char *folder);
/* Uses a canned answer, "{{?days Working days:number|3}} days by {{?way}}", in the store agent.db. */
int c_answers(const char *hub, const char *folder, const char *conversation, const char *answer);
/* Fetches a canned answer's only file, `attachment`, in the store agent.db, to fetched.txt. */
int c_answer_file(const char* hub, const char* folder, const char* answer, const char* attachment);
/* Signs an agent in, who finds canned answers and is told what is wrong. */
int c_sign_in(const char* hub, const char* folder, const char* login, const char* password);

#ifdef __cplusplus
}
#endif
