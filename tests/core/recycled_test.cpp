#include <doctest/doctest.h>

#include <array>
#include <candela/core/recycled.hpp>
#include <cstdint>
#include <memory>
#include <thread>

namespace {

struct visitor : candela::recycled {
  std::array<char, 300> luggage{};
};

struct base {
  virtual ~base() = default;
};
struct guest final : base, candela::recycled {
  std::array<char, 700> luggage{};
};

// With spares of its own, which are gone with it.
template <class Work>
void on_another_thread(Work work) {
  std::jthread(work).join();
}

std::size_t spare_bytes() { return candela::frame_pool::current_usage().spare_bytes; }

}  // namespace

TEST_CASE("a recycled object takes the memory of the one before it") {
  int same_place = 0;
  std::size_t from_system = 0;
  on_another_thread([&] {
    const auto place_of_one = [] {
      const auto one = std::make_unique<visitor>();
      const auto place = reinterpret_cast<std::uintptr_t>(one.get());
      return place;
    };
    const std::uintptr_t place = place_of_one();
    for (int i = 0; i != 100; ++i) same_place += static_cast<int>(place_of_one() == place);
    from_system = candela::frame_pool::current_usage().system_allocations;
  });
  CHECK(same_place == 100);
  CHECK(from_system == 1);
}

TEST_CASE("a recycled object that is deleted by its base goes back whole") {
  std::size_t with_spare = 0;
  std::size_t while_used = 0;
  std::size_t afterwards = 0;
  on_another_thread([&] {
    std::unique_ptr<base> one = std::make_unique<guest>();
    one.reset();
    with_spare = spare_bytes();
    one = std::make_unique<guest>();
    while_used = spare_bytes();
    one.reset();
    afterwards = spare_bytes();
  });
  CHECK(with_spare >= sizeof(guest));
  CHECK(while_used == 0);
  CHECK(afterwards == with_spare);
}
