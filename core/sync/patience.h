#pragma once

#include <optional>

#include "core/base/time.h"

namespace deskbell {

class Random;

/// How long a device waits before it asks its hub again. Two clocks, for two kinds of trouble: the
/// hub cannot be reached (nothing is asked before `ask_at`), or reading leads nowhere although the
/// hub answers (only pulls and streams wait, until `read_at`). Both waits grow, are bounded, and
/// are random, so that the devices of a hub that comes back do not all come in the same moment. A
/// value without pointers.
class Patience {
 public:
  /// Something has changed that makes another try worth while at once: the network, or a person.
  void renew(Millis now);

  /// A request failed. What failed while others already waited is of the same trouble and does not
  /// make the wait grow. A hub's wish to be left alone for longer (`Retry-After`) is granted,
  /// within reason; its wish to be asked sooner is not.
  void failed(Random& random, std::optional<Millis> retry_after_ms, Millis now);
  /// The hub did what it was asked.
  void succeeded() { failures_ = 0; }
  /// The first failure of this kind needs no wait, the next one does.
  bool forgives_once();

  /// The stream or the waiting poll broke off; those of all this hub's devices, perhaps.
  void lost_touch(Random& random, Millis now);
  /// The hub is there for certain: no need to wait because of that.
  void is_in_touch(Millis now) { touch_at_ = now; }
  /// A stream broke before it was of use, or a pull said nothing that could be used.
  void read_in_vain(Random& random, Millis now);
  void read_well() { vain_ = 0; }
  int readings_in_vain() const { return vain_; }

  /// Nothing is asked before `until`.
  void hold(Millis until);

  Millis ask_at() const { return ask_at_; }
  Millis read_at() const;

  /// The clock was put forward or back by so much.
  void shift(Millis by);

 private:
  int failures_ = 0;  // in a row
  int vain_ = 0;
  Millis ask_at_ = 0;
  Millis touch_at_ = 0;  // reading after a loss, and after readings in vain, begins
  Millis vain_at_ = 0;
};

}  // namespace deskbell
