// Outside bytes into the JSON reader: whatever they are, it answers, and what it takes survives being written.
#include <candela/json/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace json = candela::json;

namespace fuzzed {

enum class state { open, paid };
CANDELA_DESCRIBE_ENUM(state, open, paid)

struct order {
  std::uint64_t id = 0;
  std::string_view customer;
  std::vector<order> parts;
  std::optional<std::int16_t> rank;
  std::optional<state> now;
  std::optional<std::array<float, 2>> place;
  std::optional<std::map<std::string, double>> prices;
  std::optional<json::value> extra;
};
CANDELA_DESCRIBE_AS(order, (id, "id"), (customer, "customer", json::defaulted), (parts, "parts", json::defaulted),
                    (rank, "rank"), (now, "now"), (place, "place"), (prices, "prices"), (extra, "extra"))

}  // namespace fuzzed

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

// The second look that explains a refusal must find what the parser refused.
void check_error(const json::error& wrong, std::string_view text) {
  require(wrong.offset <= text.size());
  require(!wrong.expected.empty() && !wrong.found.empty());
  require(wrong.expected != "well-formed JSON");
  require(wrong.path.empty() || wrong.path.front() == '/');
  require(!wrong.message().empty());
}

void check_value(std::string_view text, candela::arena& memory) {
  const auto read = json::parse<json::value>(text, memory);
  if (!read) return check_error(read.error(), text);
  const std::string_view written = json::to_text(*read, memory);
  const auto again = json::parse<json::value>(written, memory);
  require(again.has_value() && *again == *read);
  require(json::to_text(*again, memory) == written);
}

void check_struct(std::string_view text, candela::arena& memory, const json::read_options& options) {
  const auto read = json::parse<fuzzed::order>(text, memory, options);
  if (!read) return check_error(read.error(), text);
  const std::string_view written = json::to_text(*read, memory);
  const auto again = json::parse<fuzzed::order>(written, memory);
  require(again.has_value() && json::to_text(*again, memory) == written);
}

// Any bytes at all become a JSON string that the reader takes; valid UTF-8 comes back as it was.
void check_string(std::string_view bytes, candela::arena& memory) {
  const std::string_view written = json::to_text(bytes, memory);
  const auto read = json::parse<std::string_view>(written, memory);
  require(read.has_value());
  require(json::to_text(*read, memory) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  candela::arena memory;
  check_value(text, memory);
  check_struct(text, memory, {});
  check_struct(text, memory, {.max_depth = 5, .unknown = json::unknown_members::ignore});
  check_string(text, memory);
  return 0;
}
