// Replicates a whole site to an empty agent's device, with the SDK as an app uses it.
//
//   bench-replicate HUB SITE STORE LOGIN PASSWORD
//
// Prints the seconds from the sign-in until the device is up to date.

#include <deskbell/client.h>

#include <chrono>
#include <cstdio>

int main(int argc, char** argv) {
  using namespace deskbell::sdk;
  if (argc != 6) {
    std::fprintf(stderr, "usage: bench-replicate HUB SITE STORE LOGIN PASSWORD\n");
    return 2;
  }
  auto client = Client::open({.hub = argv[1], .site = argv[2], .store = argv[3]});
  if (!client) {
    std::fprintf(stderr, "bench-replicate: %s\n", client.error().message.c_str());
    return 1;
  }
  const auto signed_in = client->sign_in(argv[4], argv[5]).get();
  if (!signed_in) {
    std::fprintf(stderr, "bench-replicate: %s\n", signed_in.error().message.c_str());
    return 1;
  }
  const auto start = std::chrono::steady_clock::now();
  while (client->status().connection != Connection::live) client->wait_for_change();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  std::printf("%.6f\n", passed.count());
  return 0;
}
