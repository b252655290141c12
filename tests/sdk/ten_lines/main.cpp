// Greets everybody who writes, also those who wrote while it was not running or had no network.
// Usage: greeter HUB SITE LOGIN PASSWORD
#include <deskbell/client.h>
using namespace deskbell::sdk;

int main(int, char** argument) {
  Client desk = Client::open({argument[1], argument[2], "greeter.db"}).value();
  if (!desk.identity()) desk.sign_in(argument[3], argument[4]).get().value();
  for (;; desk.wait_for_change())
    for (const Conversation& each : desk.conversations().value())
      if (each.unread > 0 && desk.post(each.id, "Welcome! Somebody will be with you soon."))
        desk.mark_read(each.id).value();
}
