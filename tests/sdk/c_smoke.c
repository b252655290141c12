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
  char *change = NULL, *answers = NULL;
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

  CHECK(deskbell_client_answers_to(&answers, client, NULL, 5) == DESKBELL_ERROR_INVALID_COMMAND);
  CHECK(deskbell_client_suggest_answers(&answers, client, "nowhere", 5) ==
        DESKBELL_ERROR_UNKNOWN_CONVERSATION);
  /* Until the book has come; what comes of it while it is searched is found by its text alone. */
  for (;;) {
    CHECK(deskbell_client_answers_to(&answers, client, "is delivery slow?", 5) == DESKBELL_OK);
    if (strstr(answers, "\"words\":[\"delivery\"]") != NULL) break;
    deskbell_string_free(answers);
    answers = NULL;
    CHECK(deskbell_client_wait(client, -1) == 1);
    CHECK(deskbell_client_next_change(&change, client) == DESKBELL_OK);
    deskbell_string_free(change);
  }
  CHECK(strstr(answers, "\"confidence\":0.") != NULL);
end:
  deskbell_string_free(answers);
  deskbell_client_close(client);
  return result;
}

/* Opens the store in that folder, which is an agent's already. */
static int open_agents_store(deskbell_client **client, const char *hub, const char *folder) {
  char store[1024];
  deskbell_client_options options = DESKBELL_CLIENT_OPTIONS_INIT;
  snprintf(store, sizeof store, "%s/agent.db", folder);
  options.hub = hub;
  options.site = "demo";
  options.store = store;
  return deskbell_client_open(client, &options);
}

int c_answers(const char *hub, const char *folder, const char *conversation, const char *answer) {
  int result = 0;
  char *told = NULL;
  deskbell_client *client = NULL;
  CHECK(open_agents_store(&client, hub, folder) == DESKBELL_OK);
  CHECK(deskbell_client_answer(&told, client, "nowhere", NULL) == DESKBELL_ERROR_UNKNOWN_ANSWER);
  CHECK(deskbell_client_answer(&told, client, answer, NULL) == DESKBELL_OK);
  CHECK(strstr(told, "\"parameters\":[{\"fallback\":\"3\",\"format\":\"number\","
                     "\"label\":\"Working days\",\"name\":\"days\"}") != NULL);
  deskbell_string_free(told);
  CHECK(deskbell_client_fill_answer(&told, client, conversation, answer, NULL, NULL) ==
        DESKBELL_OK);
  CHECK(strcmp(told, "{\"missing\":[\"way\"],\"text\":\"3 days by {{?way}}\"}") == 0);
  deskbell_string_free(told);
  CHECK(deskbell_client_use_answer(&told, client, conversation, answer, "{}", "de") ==
        DESKBELL_ERROR_INVALID_COMMAND);
  CHECK(strstr(deskbell_error_last(), "way") != NULL);
  CHECK(deskbell_client_use_answer(&told, client, conversation, answer, "{\"way\":1}", NULL) ==
        DESKBELL_ERROR_INVALID_COMMAND);
  CHECK(told == NULL);
  CHECK(deskbell_client_use_answer(&told, client, conversation, answer,
                                   "{\"way\":\"sea\",\"days\":\"40\"}", NULL) == DESKBELL_OK);
  CHECK(strstr(told, "\"id\":\"") != NULL);
end:
  deskbell_string_free(told);
  deskbell_client_close(client);
  return result;
}

int c_answer_file(const char *hub, const char *folder, const char *answer, const char *attachment) {
  int result = 0, ended = 0;
  char saved[1024], expected[128];
  char *told = NULL;
  deskbell_client *client = NULL;
  snprintf(saved, sizeof saved, "%s/fetched.txt", folder);
  snprintf(expected, sizeof expected, "\"files\":[{\"id\":\"%s\",", attachment);
  CHECK(open_agents_store(&client, hub, folder) == DESKBELL_OK);
  CHECK(deskbell_client_answer(&told, client, answer, NULL) == DESKBELL_OK);
  CHECK(strstr(told, expected) != NULL);
  deskbell_string_free(told);
  told = NULL;
  CHECK(deskbell_client_save_answer_file(client, NULL, attachment, saved) ==
        DESKBELL_ERROR_INVALID_COMMAND);
  CHECK(deskbell_client_save_answer_file(client, answer, attachment, saved) == DESKBELL_OK);
  while ((ended = deskbell_client_save_file_result(client, saved)) == DESKBELL_PENDING) {
    CHECK(deskbell_client_wait(client, -1) == 1);
    CHECK(deskbell_client_next_change(&told, client) == DESKBELL_OK);
    deskbell_string_free(told);
    told = NULL;
  }
  CHECK(ended == DESKBELL_OK);
end:
  deskbell_string_free(told);
  deskbell_client_close(client);
  return result;
}

int c_files(const char *hub, const char *folder) {
  int result = 0;
  char store[1024], original[1024], saved[1024], command[2048], id[65], message[40];
  char *answer = NULL;
  const char *found;
  FILE *file = NULL;
  deskbell_client *client = NULL;
  deskbell_client_options options = DESKBELL_CLIENT_OPTIONS_INIT;
  snprintf(store, sizeof store, "%s/c-files.db", folder);
  snprintf(original, sizeof original, "%s/report.txt", folder);
  snprintf(saved, sizeof saved, "%s/saved.txt", folder);
  options.hub = hub;
  options.site = "demo";
  options.store = store;
  options.as_customer = 1;
  CHECK(deskbell_client_open(&client, &options) == DESKBELL_OK);

  CHECK(deskbell_client_attach(&answer, client, original, NULL, NULL) == DESKBELL_ERROR_NOT_FOUND);
  CHECK(answer == NULL);
  CHECK(strstr(deskbell_error_last(), "report.txt") != NULL);
  CHECK(deskbell_client_attach_bytes(&answer, client, "bytes", 5, NULL, NULL) ==
        DESKBELL_ERROR_INVALID_COMMAND);
  CHECK(deskbell_client_attach_bytes(&answer, client, "", 0, "a.txt", NULL) ==
        DESKBELL_ERROR_INVALID_COMMAND);
  CHECK(deskbell_client_attach_bytes(&answer, client, "bytes", 5, "../a.txt", "text/html") ==
        DESKBELL_OK);
  CHECK(strstr(answer, "\"name\":\"a.txt\"") != NULL);
  CHECK(strstr(answer, "\"type\":\"text/html\"") != NULL);
  CHECK(strstr(answer, "\"size\":5") != NULL);
  deskbell_string_free(answer);

  file = fopen(original, "w");
  CHECK(file != NULL);
  CHECK(fputs("All is well.", file) >= 0);
  CHECK(fclose(file) == 0);
  CHECK(deskbell_client_attach(&answer, client, original, NULL, NULL) == DESKBELL_OK);
  found = strstr(answer, "\"id\":\"");
  CHECK(found != NULL);
  snprintf(id, sizeof id, "%s", found + 6);
  snprintf(command, sizeof command, "{\"command\":\"message.post\",\"text\":\"\",\"attachments\":[%s]}",
           answer);
  deskbell_string_free(answer);
  CHECK(deskbell_client_send(&answer, client, command) == DESKBELL_OK);
  found = strstr(answer, "\"id\":\"");
  CHECK(found != NULL);
  snprintf(message, 37, "%s", found + 6);
  deskbell_string_free(answer);
  answer = NULL;

  /* Until it has its place. */
  for (;;) {
    CHECK(deskbell_client_send(&answer, client, "{\"command\":\"panel\"}") == DESKBELL_OK);
    CHECK(strstr(answer, "report.txt") != NULL);
    found = strstr(answer, "\"unsent\":0");
    deskbell_string_free(answer);
    answer = NULL;
    if (found) break;
    CHECK(deskbell_client_wait(client, -1) == 1);
    CHECK(deskbell_client_next_change(&answer, client) == DESKBELL_OK);
    deskbell_string_free(answer);
    answer = NULL;
  }
  CHECK(deskbell_client_save_file_result(client, saved) == DESKBELL_ERROR_NOT_FOUND);
  CHECK(deskbell_client_save_file(client, message, id, saved) == DESKBELL_OK);
  while (deskbell_client_save_file_result(client, saved) == DESKBELL_PENDING) {
    CHECK(deskbell_client_wait(client, -1) == 1);
    CHECK(deskbell_client_next_change(&answer, client) == DESKBELL_OK);
    deskbell_string_free(answer);
    answer = NULL;
  }
  file = fopen(saved, "r");
  CHECK(file != NULL);
  CHECK(fgets(command, sizeof command, file) == command);
  CHECK(fclose(file) == 0);
  CHECK(strcmp(command, "All is well.") == 0);
  CHECK(deskbell_client_save_file(client, message, id, saved) == DESKBELL_OK);
  for (;;) {
    int ended = deskbell_client_save_file_result(client, saved);
    if (ended == DESKBELL_PENDING) {
      CHECK(deskbell_client_wait(client, 200) >= 0);
      continue;
    }
    CHECK(ended == DESKBELL_ERROR_INVALID_COMMAND);
    CHECK(strstr(deskbell_error_last(), "already") != NULL);
    break;
  }
end:
  deskbell_string_free(answer);
  deskbell_client_close(client);
  return result;
}
