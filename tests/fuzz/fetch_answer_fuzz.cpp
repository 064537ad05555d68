// The answers of servers that keys and verdicts on tokens are fetched from, in one piece and in two.
#include <candela/keys/detail/answer_reader.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using candela::keys::detail::answer_reader;

namespace {

constexpr std::size_t max_bytes = 4096;

// The body, behind a mark; nothing when it is refused or cut off.
std::string outcome_of(std::string_view first, std::string_view second) {
  answer_reader reader(max_bytes);
  auto complete = reader.take(first);
  if (complete && !*complete && !second.empty()) complete = reader.take(second);
  if (!complete || (!*complete && !reader.end())) return {};
  return "=" + std::move(reader).result().body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string whole = outcome_of(text, {});
  if (whole.size() > max_bytes + 1) std::abort();
  // Where it is cut must not matter.
  for (const std::size_t at : {std::size_t{1}, size / 3, size / 2, size - size / 8}) {
    if (at == 0 || at >= size) continue;
    if (outcome_of(text.substr(0, at), text.substr(at)) != whole) std::abort();
  }
  return 0;
}
