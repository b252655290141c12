#include "tests/sdk/c_smoke.h"

#include <deskbell/deskbell.h>
#include <stdio.h>
#include <string.h>

#define CHECK(condition) \
  do {                   \
    if (!(condition)) {  \
      result = __LINE__; \
      goto end;          \
    }                    \
  } while (0)

static void count_call(void *payload) { ++*(int *)payload; }

int c_offline(const char *folder) {
  int result = 0, told = 0;
  char store[1024];
  char *answer = NULL;
  deskbell_client *client = NULL, *second = NULL;
  deskbell_client_options options = DESKBELL_CLIENT_OPTIONS_INIT;
  snprintf(store, sizeof store, "%s/c.db", folder);

  CHECK(strcmp(deskbell_version(), "") != 0);
  CHECK(strcmp(deskbell_error_name(DESKBELL_ERROR_STALE_REPLY), "stale_reply") == 0);
  CHECK(strcmp(deskbell_error_name(12345), "unknown") == 0);
  CHECK(deskbell_client_options_init(&options, 99) == DESKBELL_ERROR_INVALID_COMMAND);
  CHECK(deskbell_client_options_init(&options, DESKBELL_CLIENT_OPTIONS_VERSION) == DESKBELL_OK);
  CHECK(deskbell_client_open(&client, &options) == DESKBELL_ERROR_INVALID_COMMAND);
  CHECK(strstr(deskbell_error_last(), "hub") != NULL);
  CHECK(client == NULL);

  options.hub = "http://127.0.0.1:1";
  options.site = "demo";
  options.store = store;
  options.as_customer = 1;
  options.connect = 0;
  options.on_change = count_call;
  options.payload = &told;
  CHECK(deskbell_client_open(&client, &options) == DESKBELL_OK);
  CHECK(deskbell_client_open(&second, &options) == DESKBELL_ERROR_STORAGE_FAILED);
  CHECK(second == NULL);

  CHECK(deskbell_client_send(&answer, client,
                             "{\"command\":\"message.post\",\"text\":\"Hello from C\"}") ==
        DESKBELL_OK);
  CHECK(strstr(answer, "\"result\"") != NULL);
  deskbell_string_free(answer);
  CHECK(deskbell_client_send(&answer, client, "{\"command\":\"panel\"}") == DESKBELL_OK);
  CHECK(strstr(answer, "Hello from C") != NULL);
  deskbell_string_free(answer);
  CHECK(deskbell_client_send(&answer, client, "nonsense") < 0);
  CHECK(strstr(answer, "\"error\"") != NULL);
  CHECK(strcmp(deskbell_error_last(), "") != 0);
  deskbell_string_free(answer);
  answer = NULL;
  CHECK(deskbell_client_send(NULL, client, "{\"command\":\"hash\"}") == DESKBELL_OK);
  CHECK(deskbell_client_send(&answer, NULL, "{}") == DESKBELL_ERROR_INVALID_COMMAND);

  CHECK(deskbell_client_wait(client, -1) == 1);
  CHECK(deskbell_client_next_change(&answer, client) == DESKBELL_OK);
  CHECK(strstr(answer, "\"subject\"") != NULL);
  while (answer) {
    deskbell_string_free(answer);
    CHECK(deskbell_client_next_change(&answer, client) == DESKBELL_OK);
  }
  CHECK(told > 0);
  CHECK(deskbell_client_sign_in_result(client) == DESKBELL_ERROR_NOT_SIGNED_IN);
end:
  deskbell_string_free(answer);
  deskbell_client_close(client);
  deskbell_client_close(NULL);
  return result;
}

int c_sign_in(const char *hub, const char *folder, const char *login, const char *password) {
  int result = 0;
  char store[1024];
  char *change = NULL;
  deskbell_client *client = NULL;
  deskbell_client_options options = DESKBELL_CLIENT_OPTIONS_INIT;
  snprintf(store, sizeof store, "%s/c-agent.db", folder);
  options.hub = hub;
  options.site = "demo";
  options.store = store;
  CHECK(deskbell_client_open(&client, &options) == DESKBELL_OK);
  CHECK(deskbell_client_sign_in(client, login, "wrong") == DESKBELL_OK);
  while (deskbell_client_sign_in_result(client) == DESKBELL_PENDING) {
    CHECK(deskbell_client_wait(client, -1) == 1);
    CHECK(deskbell_client_next_change(&change, client) == DESKBELL_OK);
    deskbell_string_free(change);
  }
  CHECK(deskbell_client_sign_in_result(client) == DESKBELL_ERROR_WRONG_CREDENTIALS);
  CHECK(deskbell_client_sign_in(client, login, password) == DESKBELL_OK);
  while (deskbell_client_sign_in_result(client) == DESKBELL_PENDING) {
    CHECK(deskbell_client_wait(client, -1) == 1);
    CHECK(deskbell_client_next_change(&change, client) == DESKBELL_OK);
    deskbell_string_free(change);
  }
  CHECK(deskbell_client_sign_in_result(client) == DESKBELL_OK);
end:
  deskbell_client_close(client);
  return result;
}
