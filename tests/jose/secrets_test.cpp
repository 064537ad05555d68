// That keys and sealed content leave nothing behind in memory. The program's own allocator looks at every block that is
// given back.
#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <candela/json/secret_reader.hpp>
#include <cstdlib>
#include <new>

#include "tests/jose/seal_samples.hpp"

namespace {

// A secret that stands nowhere in this program: its letters are put together when it is asked for.
constexpr std::size_t canary_size = 24;
char* write_canary(char* out) noexcept {
  for (std::size_t i = 0; i != canary_size; ++i) *out++ = static_cast<char>('a' + i * 7 % 26);
  return out;
}

char looked_for[canary_size];
bool looking = false;
std::atomic<int> found = 0;

void give_back(void* memory) noexcept {
  if (memory == nullptr) return;
  const std::string_view block(static_cast<const char*>(memory), malloc_usable_size(memory));
  if (looking && block.find(std::string_view(looked_for, canary_size)) != block.npos) ++found;
  std::free(memory);
}

/// Counts the blocks that are given back with the secret in them.
class watch {
 public:
  watch() {
    write_canary(looked_for);
    looking = true;
    found = 0;
  }
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
  ~watch() {
    looking = false;
    candela::jose::wipe(std::as_writable_bytes(std::span(looked_for)));
  }

  /// Also those of arenas, which the thread keeps for the next one.
  [[nodiscard]] int left() const {
    int count = found;
    candela::arena memory;
    for (int i = 0; i != 64; ++i) {
      constexpr std::size_t bytes = candela::arena::chunk_bytes / 2 - 64;
      const std::string_view block(static_cast<const char*>(memory.allocate(bytes, 1)), bytes);
      if (block.find(std::string_view(looked_for, canary_size)) != block.npos) ++count;
    }
    return count;
  }
};

}  // namespace

void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return std::calloc(1, bytes); }
void* operator new(std::size_t bytes) {
  if (void* memory = operator new(bytes, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t bytes, const std::nothrow_t& none) noexcept { return operator new(bytes, none); }
void* operator new[](std::size_t bytes) { return operator new(bytes); }
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete[](void* memory) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give_back(memory); }

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

// Nothing but what is returned has ever held it.
secret_bytes secret_text(std::string_view before, std::string_view behind) {
  secret_bytes text(before.size() + canary_size + behind.size());
  char* const begin = std::ranges::copy(before, reinterpret_cast<char*>(text.data())).out;
  std::ranges::copy(behind, write_canary(begin));
  return text;
}

// What happens while the secret is watched for; how many blocks were given back with it.
template <class Work>
int left_by(const Work& work) {
  const watch watching;
  work();
  return watching.left();
}

}  // namespace

TEST_CASE("a secret text that was read leaves nothing behind, accepted or refused") {
  for (const std::string_view end : {"\"}", "\",\"a\":1}", "\",\"b\":{\"c\":1,\"c\":2}}", "\"", "\"}}"}) {
    CAPTURE(end);
    const secret_bytes text = secret_text(R"({"a":")", end);
    CHECK(left_by([&text] { const json::secret_reader read(text.text()); }) == 0);
  }
}

TEST_CASE("a private key that was read from JSON leaves nothing behind") {
  const secret_bytes one = secret_text(R"({"kty":"oct","k":")", "\"}");
  const secret_bytes set = secret_text(R"({"keys":[{"kty":"oct","k":")", "\"}]}");
  const secret_bytes twice =
      secret_text(R"({"keys":[{"kty":"oct","kid":"a","k":"QUJD"},{"kty":"oct","kid":"a","k":")", "\"}]}");
  CHECK(left_by([&one] { CHECK(key::from_jwk(one.text())); }) == 0);
  CHECK(left_by([&set] { CHECK(key_set::from_json(set.text())); }) == 0);
  CHECK(left_by([&one] { CHECK(key_set::from_json(one.text())); }) == 0);
  CHECK(left_by([&twice] { CHECK_FALSE(key_set::from_json(twice.text())); }) == 0);
}

TEST_CASE("content that was sealed and opened leaves nothing behind") {
  const seal_recipient to[] = {for_payment(), for_fraud()};
  const sealing how = by_web(to);
  const opening_rules rules = rules_of(payment);
  const key_set keys = set_of({payment_key()});
  const secret_bytes content = secret_text("", "");
  const secret_bytes document = secret_text(R"({"card":{"number":")", "\"}}");
  const std::vector<std::string> places = {"/card/number"};
  CHECK(left_by([&] {
          const auto message = seal(content.text(), how);
          REQUIRE(message);
          arena memory;
          const auto read = open(*message, keys, rules, {}, noon, memory);
          REQUIRE(read);
          // In brackets, or the framework would keep a copy of both for its message.
          CHECK((read->content.text() == content.text()));
        }) == 0);
  CHECK(left_by([&] {
          const auto passed = seal_members(document.text(), {places}, how);
          REQUIRE(passed);
          const auto read = open_members(passed->text(), {places}, keys, rules, noon);
          REQUIRE(read);
          CHECK((read->document.text() == document.text()));
        }) == 0);
}

// The last one: what it leaves behind would be seen by the others.
TEST_CASE("the test sees a secret that is left behind") {
  CHECK(left_by([] {
          std::string kept(canary_size, ' ');
          write_canary(kept.data());
        }) == 1);
  CHECK(left_by([] {
          arena memory;
          const secret_bytes text = secret_text(R"(["x",")", "\"]");
          CHECK(json::parse<json::value>(text.text(), memory));
        }) > 0);
}
