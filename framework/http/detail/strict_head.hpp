// The strict reader of request heads: one pass from left to right over every byte. Private.
#pragma once

#include <candela/http/detail/head_rules.hpp>
#include <candela/http/head_parser.hpp>
#include <candela/http/request_head.hpp>

namespace candela::http::detail {

/// Reads one head. Because it judges strictly from left to right, a head fed piece by piece gets the verdict that it
/// would get at once. Field names without a token stay as they were received.
class strict_head {
 public:
  strict_head(const char* begin, const char* end, const head_limits& limits, request_head& head) noexcept
      : begin_(begin), next_(begin), end_(end), limits_(limits), head_(head) {}

  [[nodiscard]] head_outcome read() noexcept;

  /// Why `read` refused.
  [[nodiscard]] const head_error& error() const noexcept { return *error_; }
  [[nodiscard]] const head_facts& facts() const noexcept { return facts_; }

 private:
  [[nodiscard]] head_outcome read_request_line() noexcept;
  [[nodiscard]] head_outcome read_method() noexcept;
  [[nodiscard]] head_outcome read_target() noexcept;
  [[nodiscard]] head_outcome read_version() noexcept;
  [[nodiscard]] head_outcome judge_version(char major, char minor) noexcept;
  [[nodiscard]] head_outcome read_fields() noexcept;
  [[nodiscard]] head_outcome read_field() noexcept;
  [[nodiscard]] head_outcome read_name() noexcept;
  [[nodiscard]] head_outcome read_value() noexcept;
  [[nodiscard]] head_outcome read_line_end() noexcept;
  [[nodiscard]] head_outcome refuse(const head_error& error) noexcept;
  [[nodiscard]] head_outcome verdict(const head_error* error) noexcept;

  const char* begin_;
  const char* next_;
  const char* end_;
  const head_limits& limits_;
  request_head& head_;
  head_facts facts_;
  header_field field_;
  const head_error* error_ = nullptr;
};

}  // namespace candela::http::detail
