#include "server/hub/wall_clock.h"

#include <chrono>

namespace deskbell {

Millis wall_clock_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace deskbell
