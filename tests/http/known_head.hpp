// A head that was learned, and whether what resembles it is read as the strict reader reads it.
#pragma once

#include <algorithm>
#include <array>
#include <candela/core/poison.hpp>
#include <candela/http/detail/head_scanner.hpp>
#include <cstring>
#include <memory>
#include <string>
#include <tests/http/head_comparison.hpp>

namespace candela::http::testing {

/// Learns one head, then reads others by comparison with it, one after the other.
class known_head {
 public:
  using reader = decltype(detail::read_similar_head);

  known_head(const std::string& text, reader* read) : text_(text), read_(read) { learn(); }
  known_head(const known_head&) = delete;
  known_head& operator=(const known_head&) = delete;
  ~known_head() { unpoison(text_.data(), text_.size()); }

  /// Whether there is something to resemble.
  [[nodiscard]] bool usable() const noexcept { return pattern_.bytes != 0; }

  /// Whether `text` was read as one that resembles what is known. `agrees()` says whether rightly.
  bool takes(const std::string& text, const head_limits& limits) {
    if (!usable()) return false;
    // In a block of exactly its size, so that the address sanitizer sees a read beyond it.
    std::unique_ptr<char[]> block(new char[text.size()]);
    if (!text.empty()) std::memcpy(block.get(), text.data(), text.size());
    const bool taken = read_(block.get(), block.get() + text.size(), limits, pattern_, head_);
    if (taken) {
      const parsed_head strict = parsed_head::by(detail::parse_head_strictly, text, limits);
      agrees_ = agrees_ && strict.outcome == head_outcome::complete && strict.summary == parsed_head::describe(head_) &&
                std::equal(text.begin(), text.end(), block.get());
      block_ = std::move(block);
    } else {
      learn();
    }
    return taken;
  }

  /// From now on the address sanitizer, where there is one, stops whoever reads what may be secret in the learned head.
  /// Only for heads that are taken: for others it is learned anew.
  void hide_secrets() {
    for (std::size_t i = 0; i != head_.headers.size(); ++i) {
      if ((pattern_.secrets >> i & 1U) == 0) continue;
      const std::size_t begin = pattern_.lines[i].value;
      poison(text_.data() + begin, pattern_.lines[i + 1].begin - begin);
    }
  }

  /// Whether everything that was taken the strict reader and llhttp take too, with an equal result.
  [[nodiscard]] bool agrees() const noexcept { return agrees_; }

 private:
  void learn() {
    pattern_ = {};
    if (text_.size() > detail::head_pattern::max_bytes) return;
    const std::size_t size = text_.size();
    std::memcpy(copy_.data(), text_.data(), size);
    pattern_.text = text_.data();
    head_ = {};
    head_.headers = headers(fields_, memory_);
    const head_limits limits{.max_headers = fields_.size()};
    head_error ignored;
    if (parse_head(copy_.data(), copy_.data() + size, limits, head_, ignored) != head_outcome::complete) return;
    if (head_.framing == body_framing::none && !head_.upgrade && head_.keep_alive)
      pattern_.describe(head_, copy_.data());
  }

  std::string text_;
  reader* read_;
  std::array<char, detail::head_pattern::max_bytes> copy_{};
  std::array<header_field, detail::head_pattern::max_fields> fields_;
  arena memory_;
  request_head head_;
  detail::head_pattern pattern_;
  std::unique_ptr<char[]> block_;  // of the last one that was taken: values are views into it
  bool agrees_ = true;
};

}  // namespace candela::http::testing
