#include <link.h>

#include <candela/db/statement.hpp>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace candela::db {

namespace {

int stands_in(dl_phdr_info* module, std::size_t, void* object) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(object);
  for (const auto* part = module->dlpi_phdr; part != module->dlpi_phdr + module->dlpi_phnum; ++part) {
    if (part->p_type == PT_LOAD && address - (module->dlpi_addr + part->p_vaddr) < part->p_memsz) return 1;
  }
  return 0;
}

// Whether it is part of the program or of a library, and so stays where it is.
bool is_static(const void* object) noexcept { return dl_iterate_phdr(stands_in, const_cast<void*>(object)) != 0; }

}  // namespace

std::uint32_t statement::assign_number() const {
  static constinit std::atomic<std::uint32_t> last{0};
  if (!is_static(this)) {
    throw std::logic_error("a db::statement in a function is declared static constexpr: " + std::string(text_));
  }
  std::uint32_t none = 0;
  const std::uint32_t fresh = last.fetch_add(1, std::memory_order_relaxed) + 1;
  // Of two threads that use it first at the same time, one number is lost; that harms nobody.
  return number_.compare_exchange_strong(none, fresh, std::memory_order_relaxed) ? fresh : none;
}

}  // namespace candela::db
