#pragma once

#include <deskbell/errors.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace deskbell::sdk {

/// What went wrong: a code for programs, and one line for people that says what to do where
/// something can be done.
struct Error {
  ErrorCode code = ErrorCode::storage_failed;
  std::string message;
};

/// The code's stable name, as it stands in the documents: "stale_reply".
const char* error_name(ErrorCode code) noexcept;

/// Thrown by `Result::value()` in the app's own code when there is no value; the SDK itself throws
/// nothing.
class Failure : public std::runtime_error {
 public:
  explicit Failure(const Error& error) : std::runtime_error(error.message), error_(error) {}
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

/// A value, or the reason why there is none. It cannot be ignored. Look with `ok()` and read with
/// `*`; or call `value()`, which throws `Failure` where there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & {
    if (!ok()) throw Failure(error());
    return std::get<0>(state_);
  }
  const T& value() const& {
    if (!ok()) throw Failure(error());
    return std::get<0>(state_);
  }
  T value() && {
    if (!ok()) throw Failure(error());
    return std::get<0>(std::move(state_));
  }

  /// Only when `ok()`.
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  /// Only when not `ok()`.
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  void value() const {
    if (error_) throw Failure(*error_);
  }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace deskbell::sdk
