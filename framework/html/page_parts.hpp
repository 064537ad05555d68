// How a template is taken apart; only the compiler runs this.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace candela::html {

/// A template's text as a template argument.
template <std::size_t Size>
struct page_text {
  char bytes[Size];

  consteval page_text(const char (&text)[Size]) {
    for (std::size_t i = 0; i != Size; ++i) bytes[i] = text[i];
  }
  [[nodiscard]] constexpr std::string_view view() const { return {bytes, Size - 1}; }
};

/// A stretch of text, a value, or the beginning of a section whose parts follow up to `end`.
struct page_part {
  enum class kind : unsigned char { literal, value, section };

  kind what = kind::literal;
  std::size_t begin = 0;  ///< of the text or the name
  std::size_t size = 0;
  std::size_t end = 0;  ///< of a section: one behind its last part
};

template <std::size_t Capacity>
struct page_parts {
  std::array<page_part, Capacity> all{};
  std::size_t count = 0;
};

namespace detail {

consteval std::size_t count_tags(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) ++count;
  return count;
}

/// What is between the braces of a tag, its mark taken off.
struct page_tag {
  char mark = ' ';  // '#', '/', or none
  std::string_view name;
};

consteval page_tag read_tag(std::string_view inside) {
  page_tag tag;
  if (!inside.empty() && (inside.front() == '#' || inside.front() == '/')) {
    tag.mark = inside.front();
    inside.remove_prefix(1);
  }
  while (inside.starts_with(' ')) inside.remove_prefix(1);
  while (inside.ends_with(' ')) inside.remove_suffix(1);
  if (inside.empty() || inside.find_first_of("{}&!>^=# ") != std::string_view::npos) throw "a tag without a plain name";
  tag.name = inside;
  return tag;
}

template <std::size_t Capacity>
class page_reader {
 public:
  consteval explicit page_reader(std::string_view text) : text_(text) {}

  consteval page_parts<Capacity> read() {
    for (;;) {
      const std::size_t open = std::min(text_.find("{{", at_), text_.size());
      if (open != at_) add(page_part::kind::literal, text_.substr(at_, open - at_));
      if (open == text_.size()) break;
      const std::size_t close = text_.find("}}", open);
      if (close == std::string_view::npos) throw "a tag that does not end";
      take(read_tag(text_.substr(open + 2, close - open - 2)));
      at_ = close + 2;
    }
    if (depth_ != 0) throw "a section that does not end";
    return made_;
  }

 private:
  consteval void add(page_part::kind what, std::string_view where) {
    made_.all[made_.count++] = {what, static_cast<std::size_t>(where.data() - text_.data()), where.size(), 0};
  }

  consteval void take(page_tag tag) {
    if (tag.mark == '/') return close(tag.name);
    if (tag.mark == '#') open_[depth_++] = made_.count;
    add(tag.mark == '#' ? page_part::kind::section : page_part::kind::value, tag.name);
  }

  consteval void close(std::string_view name) {
    if (depth_ == 0) throw "an end without a section";
    page_part& begun = made_.all[open_[--depth_]];
    if (text_.substr(begun.begin, begun.size) != name) throw "the end of another section than the one that is open";
    begun.end = made_.count;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::array<std::size_t, Capacity> open_{};  // the sections around here
  std::size_t depth_ = 0;
  page_parts<Capacity> made_;
};

}  // namespace detail

/// The parts of a template; a mistake in it does not compile, and the compiler shows the sentence that is thrown.
template <page_text Text>
consteval auto read_parts() {
  constexpr std::size_t most = 2 * detail::count_tags(Text.view()) + 1;
  return detail::page_reader<most>(Text.view()).read();
}

}  // namespace candela::html
