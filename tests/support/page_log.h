#pragma once

#include <string>
#include <vector>

namespace deskbell::test {

/// The page log of IndexedDB as browsers promise it: compare-and-append; in order; what was
/// appended with strict durability is on the disk with all before it, the rest may be lost with the
/// machine (but not with a tab).
class PageLog {
 public:
  std::size_t head() const { return records_.size(); }
  const std::string& record(std::size_t position) const { return records_.at(position - 1); }

  /// False when somebody was first.
  bool append(std::size_t position, std::string record, bool strict) {
    if (position != head() + 1) return false;
    records_.push_back(std::move(record));
    if (strict) durable_ = head();
    return true;
  }

  /// The whole store as it is now, from which a new tab begins.
  void fold(std::vector<std::string> chunks) { folds_.push_back({head(), std::move(chunks)}); }
  std::size_t base() const { return folds_.empty() ? 0 : folds_.back().base; }
  std::vector<std::string> chunks() const {
    return folds_.empty() ? std::vector<std::string>() : folds_.back().chunks;
  }

  std::size_t durable() const { return durable_; }
  /// Forgets what came after `head`.
  void cut_to(std::size_t head) {
    records_.resize(head);
    durable_ = head;
    while (!folds_.empty() && folds_.back().base > head) folds_.pop_back();
  }

 private:
  struct Fold {
    std::size_t base;
    std::vector<std::string> chunks;
  };
  std::vector<std::string> records_;
  std::vector<Fold> folds_;
  std::size_t durable_ = 0;
};

}  // namespace deskbell::test
