#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* Uses the C interface from C. 0, or the line at which something was not as it should be. */
int c_offline(const char* folder);
/* Sends a file and fetches it again. */
int c_files(const char *hub, const char *folder);
int c_sign_in(const char* hub, const char* folder, const char* login, const char* password);

#ifdef __cplusplus
}
#endif
