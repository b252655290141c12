#include "core/event/json_slice.h"

namespace deskbell {
namespace {

Error bad_json(const char* what) {
  return {ErrorCode::invalid_json, what};
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Walks over JSON text one token at a time, without understanding more of it than it must.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool at_end() const { return at_ == text_.size(); }
  bool take(char c) {
    skip_space();
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  /// Passes over a string that begins here; false if it does not end.
  bool skip_string() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\')
        ++at_;
      else if (text_[at_] == '"')
        return ++at_, true;
    }
    return false;
  }

  /// Passes over one whole value; false if it does not end.
  bool skip_value() {
    skip_space();
    const std::size_t start = at_;
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!skip_string()) return false;
      } else if (c == '{' || c == '[') {
        ++depth, ++at_;
      } else if (c == '}' || c == ']') {
        if (depth == 0) break;
        --depth, ++at_;
      } else if (depth == 0 && (c == ',' || is_space(c))) {
        break;
      } else {
        ++at_;
        if (depth == 0) continue;  // a number or a word goes on
      }
      if (depth == 0) break;
    }
    return depth == 0 && at_ > start;
  }

  std::size_t position() const { return at_; }
  char current() const { return text_[at_]; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<void> check_json_limits(std::string_view bytes, const JsonLimits& limits) {
  if (bytes.size() > limits.bytes)
    return Error{ErrorCode::too_large,
                 "more than " + std::to_string(limits.bytes) + " bytes; send less at once"};
  std::size_t depth = 0;
  std::size_t values = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == '"')
      in_string = true;
    else if (c == '{' || c == '[')
      ++depth, ++values;
    else if (c == ',' || c == ':')
      ++values;
    else if ((c == '}' || c == ']') && depth > 0)
      --depth;
    if (depth > limits.depth) return bad_json("nested too deeply");
    if (values > limits.values) return Error{ErrorCode::too_large, "too many values at once"};
  }
  return {};
}

Result<std::vector<std::string_view>> slice_array(std::string_view array) {
  Walker walker(array);
  if (!walker.take('[')) return bad_json("an array is expected");
  std::vector<std::string_view> elements;
  if (!walker.take(']')) {
    do {
      walker.skip_space();
      const std::size_t start = walker.position();
      if (!walker.skip_value()) return bad_json("the array does not end");
      elements.push_back(array.substr(start, walker.position() - start));
    } while (walker.take(','));
    if (!walker.take(']')) return bad_json("a comma or the array's end is expected");
  }
  walker.skip_space();
  if (!walker.at_end()) return bad_json("nothing may follow the array");
  return elements;
}

Result<std::vector<std::pair<std::string_view, std::string_view>>> slice_object(
    std::string_view object) {
  Walker walker(object);
  if (!walker.take('{')) return bad_json("an object is expected");
  std::vector<std::pair<std::string_view, std::string_view>> members;
  if (!walker.take('}')) {
    do {
      walker.skip_space();
      const std::size_t key = walker.position();
      if (walker.at_end() || walker.current() != '"' || !walker.skip_string())
        return bad_json("a member's name is expected");
      const std::size_t key_size = walker.position() - key - 2;
      if (!walker.take(':')) return bad_json("a colon is expected");
      walker.skip_space();
      const std::size_t start = walker.position();
      if (!walker.skip_value()) return bad_json("the object does not end");
      members.emplace_back(object.substr(key + 1, key_size),
                           object.substr(start, walker.position() - start));
    } while (walker.take(','));
    if (!walker.take('}')) return bad_json("a comma or the object's end is expected");
  }
  walker.skip_space();
  if (!walker.at_end()) return bad_json("nothing may follow the object");
  return members;
}

}  // namespace deskbell
