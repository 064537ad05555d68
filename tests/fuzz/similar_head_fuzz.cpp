// Heads that resemble one that was learned: whatever is taken for such a head, the strict reader and llhttp take with
// an equal result. The input is a head and what follows it: edits of that head, each of a line feed, a position, how
// many bytes go, and the bytes that come instead; they add up, so that later heads differ in more.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <tests/http/known_head.hpp>

namespace {

using candela::http::testing::known_head;

std::string take_edit(std::string_view& edits) {
  const std::size_t end = std::min(edits.find('\n', 1), edits.size());
  const std::string edit(edits.substr(0, end));
  edits.remove_prefix(end);
  return edit;
}

void change(std::string& text, const std::string& edit) {
  if (edit.size() < 4) return;
  const std::size_t at = (static_cast<unsigned char>(edit[1]) | static_cast<unsigned char>(edit[2]) << 8) % text.size();
  text.replace(at, static_cast<unsigned char>(edit[3]) % 32, edit, 4, std::string::npos);
}

void compare(known_head::reader* read, const std::string& head, std::string_view edits) {
  known_head known(head, read);
  if (!known.usable()) return;
  std::string text = head;
  while (!edits.empty() && !text.empty()) {
    change(text, take_edit(edits));
    known.takes(text, {});
    known.takes(text, {.max_head_bytes = 256, .max_target_bytes = 16});
    if (!known.agrees()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string head(input.substr(0, end + 4));
  compare(candela::http::detail::read_similar_head, head, input.substr(end + 4));
#if defined(__x86_64__)
  compare(candela::http::detail::read_similar_head_sse2, head, input.substr(end + 4));
#endif
  return 0;
}
