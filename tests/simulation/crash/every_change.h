#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>

#include "tests/simulation/disk.h"

namespace deskbell::test {

/// Tells a story on a disk again and again: the first time the machine stops at the first change of
/// the disk, the next time at the second, until the story comes to its end undisturbed; each of it
/// by the death of the process, and by a power cut with the unsynced writes kept, lost and torn in
/// some ways. After each stop the story's `check` must hold, and it must come to its end.
///
/// `Story` has `tell` (until the disk stops or the end), `at_end`, `close` (as a crash does),
/// `check` and `check_end`. Returns how many crashes there were.
template <class Story>
std::uint64_t crash_at_every_change(const std::string& disk_name) {
  register_disk_vfs();
  // The first way is no power cut. Where everything is slow, each change once must do.
#if defined(__EMSCRIPTEN__) || defined(DESKBELL_SANITIZE)
  constexpr std::uint64_t kFirstWay = 1;
  constexpr std::uint64_t kWays = 2;
#else
  constexpr std::uint64_t kFirstWay = 0;
  constexpr std::uint64_t kWays = 4;
#endif
  std::uint64_t crashes = 0;
  for (std::uint64_t way = kFirstWay; way < kWays; ++way) {
    bool undisturbed = false;
    for (std::uint64_t change = 1; !undisturbed; ++change) {
      BOOST_TEST_CONTEXT("way " << way << ", change " << change) {
        Disk disk(disk_name, way * 1'000'003 + change);
        disk.stop_at_change(change);
        Story story(disk);
        story.tell();
        undisturbed = !disk.stopped();
        if (!undisturbed) {
          ++crashes;
          story.close();
          disk.start_again(/*power_was_cut=*/way > 0);
          story.check();
          story.tell();
        }
        BOOST_TEST(story.at_end());
        story.check_end();
        disk.stop();
        story.close();
      }
    }
  }
  return crashes;
}

}  // namespace deskbell::test
