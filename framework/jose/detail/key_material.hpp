// Private to the room: what a `key` shares with its copies.
#pragma once

#include <candela/jose/detail/key_numbers.hpp>
#include <candela/jose/key.hpp>
#include <memory>

namespace candela::jose::detail {

class key_material {
 public:
  key_material(std::shared_ptr<const key_numbers> numbers, key_description described) noexcept
      : numbers_(std::move(numbers)), described_(std::move(described)) {}

  [[nodiscard]] const key_numbers& numbers() const noexcept { return *numbers_; }
  [[nodiscard]] const std::shared_ptr<const key_numbers>& shared_numbers() const noexcept { return numbers_; }
  [[nodiscard]] const key_description& described() const noexcept { return described_; }

 private:
  std::shared_ptr<const key_numbers> numbers_;
  key_description described_;
};

}  // namespace candela::jose::detail
