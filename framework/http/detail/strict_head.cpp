// Each step reads one element at `next_` and says whether it stands there whole, is still to come, or breaks a rule.
#include <algorithm>
#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/head_errors.hpp>
#include <candela/http/detail/request_target.hpp>
#include <candela/http/detail/strict_head.hpp>

namespace candela::http::detail {
namespace {

std::string_view between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

const char* skip(const char* next, const char* end, character_class accepted) noexcept {
  return std::find_if_not(next, end, [accepted](char c) { return is(c, accepted); });
}

const head_error& name_error(char c, bool empty) noexcept {
  if (c == '\n') return errors::bare_lf;
  if (c == '\r') return errors::missing_colon;
  if (empty) return errors::empty_field_name;
  return c == ' ' || c == '\t' ? errors::space_before_colon : errors::field_name_character;
}

const head_error& target_error(char c) noexcept {
  if (c == '\n') return errors::bare_lf;
  if (c == '\r') return errors::version_missing;  // the simple request of HTTP/0.9
  return c == '#' ? errors::target_fragment : errors::target_character;
}

}  // namespace

head_outcome strict_head::refuse(const head_error& error) noexcept {
  error_ = &error;
  return head_outcome::refused;
}

head_outcome strict_head::verdict(const head_error* error) noexcept {
  return error == nullptr ? head_outcome::complete : refuse(*error);
}

head_outcome strict_head::read() noexcept {
  // Whatever head stood here before leaves nothing behind but the storage of its fields.
  http::headers fields = head_.headers;
  fields.clear();
  head_ = request_head{};
  head_.headers = fields;
  const auto available = static_cast<std::size_t>(end_ - begin_);
  end_ = begin_ + std::min(available, limits_.max_head_bytes);
  head_outcome outcome = read_request_line();
  if (outcome == head_outcome::complete) outcome = read_fields();
  // A head that fills its limit and goes on cannot end within it.
  if (outcome == head_outcome::incomplete && available >= limits_.max_head_bytes) return refuse(errors::head_too_large);
  if (outcome != head_outcome::complete) return outcome;
  head_.bytes = static_cast<std::size_t>(next_ - begin_);
  return verdict(facts_.conclude(head_));
}

head_outcome strict_head::read_request_line() noexcept {
  head_outcome outcome = read_method();
  if (outcome == head_outcome::complete) outcome = read_target();
  if (outcome == head_outcome::complete) outcome = read_version();
  return outcome == head_outcome::complete ? verdict(split_target(head_)) : outcome;
}

head_outcome strict_head::read_method() noexcept {
  const char* start = next_;
  next_ = skip(next_, end_, token_character);
  if (next_ == end_) return head_outcome::incomplete;
  if (next_ == start && *next_ == ' ') return refuse(errors::request_line_whitespace);
  if (next_ == start || *next_ != ' ') return refuse(errors::method_character);
  head_.method_name = between(start, next_);
  head_.method = method_of(head_.method_name);
  ++next_;
  return head_outcome::complete;
}

head_outcome strict_head::read_target() noexcept {
  const char* start = next_;
  next_ = skip(next_, end_, target_character);
  if (static_cast<std::size_t>(next_ - start) > limits_.max_target_bytes) return refuse(errors::target_too_long);
  if (next_ == end_) return head_outcome::incomplete;
  if (*next_ != ' ') return refuse(target_error(*next_));
  if (next_ == start) return refuse(errors::request_line_whitespace);
  head_.target = between(start, next_);
  ++next_;
  return head_outcome::complete;
}

head_outcome strict_head::read_version() noexcept {
  // '#' stands for a digit.
  constexpr std::string_view pattern = "HTTP/#.#";
  for (std::size_t i = 0; i != pattern.size(); ++i) {
    if (next_ + i == end_) return head_outcome::incomplete;
    const char c = next_[i];
    if (i == 0 && c == ' ') return refuse(errors::request_line_whitespace);
    if (pattern[i] == '#' ? !is(c, digit_character) : c != pattern[i]) return refuse(errors::version_malformed);
  }
  const char major = next_[5];
  const char minor = next_[7];
  next_ += pattern.size();
  if (next_ != end_ && *next_ != '\r' && *next_ != '\n') return refuse(errors::version_malformed);
  const head_outcome outcome = read_line_end();
  return outcome == head_outcome::complete ? judge_version(major, minor) : outcome;
}

head_outcome strict_head::judge_version(char major, char minor) noexcept {
  if (major != '1' || (minor != '0' && minor != '1')) return refuse(errors::version_unsupported);
  head_.minor_version = static_cast<std::uint8_t>(minor - '0');
  return head_outcome::complete;
}

head_outcome strict_head::read_line_end() noexcept {
  if (next_ == end_) return head_outcome::incomplete;
  if (*next_ == '\n') return refuse(errors::bare_lf);
  if (next_ + 1 == end_) return head_outcome::incomplete;
  if (next_[1] != '\n') return refuse(errors::bare_cr);
  next_ += 2;
  return head_outcome::complete;
}

head_outcome strict_head::read_fields() noexcept {
  while (next_ != end_) {
    if (*next_ == '\r' || *next_ == '\n') return read_line_end();
    if (*next_ == ' ' || *next_ == '\t') {
      return refuse(head_.headers.empty() ? errors::whitespace_before_header : errors::folded_line);
    }
    const head_outcome outcome = read_field();
    if (outcome != head_outcome::complete) return outcome;
  }
  return head_outcome::incomplete;
}

head_outcome strict_head::read_field() noexcept {
  if (head_.headers.size() == std::min(limits_.max_headers, head_.headers.capacity()))
    return refuse(errors::too_many_fields);
  head_outcome outcome = read_name();
  if (outcome == head_outcome::complete) outcome = read_value();
  if (outcome != head_outcome::complete) return outcome;
  head_.headers.append(field_);
  return verdict(facts_.take(field_, head_));
}

head_outcome strict_head::read_name() noexcept {
  const char* start = next_;
  next_ = skip(next_, end_, token_character);
  if (next_ == end_) return head_outcome::incomplete;
  if (*next_ != ':' || next_ == start) return refuse(name_error(*next_, next_ == start));
  const std::string_view name = between(start, next_);
  field_.token = token_of(name);
  field_.name = field_.token == header::unknown ? name : lower_name(field_.token);
  ++next_;
  return head_outcome::complete;
}

head_outcome strict_head::read_value() noexcept {
  const char* start = next_;
  next_ = skip(next_, end_, value_character);
  if (next_ == end_) return head_outcome::incomplete;
  if (*next_ == '\0') return refuse(errors::nul_in_value);
  if (*next_ != '\r' && *next_ != '\n') return refuse(errors::control_in_value);
  field_.value = trim(between(start, next_));
  return read_line_end();
}

}  // namespace candela::http::detail
