// Private to the room: which keys may do what.
#pragma once

#include <candela/jose/detail/key_numbers.hpp>
#include <candela/jose/key.hpp>

namespace candela::jose::detail {

/// As `key::fits`.
[[nodiscard]] std::expected<void, error> fits(const key_numbers& numbers, const key_description& described,
                                              signature_algorithm algorithm, key_operation operation) noexcept;
[[nodiscard]] std::expected<void, error> fits(const key_numbers& numbers, const key_description& described,
                                              key_algorithm algorithm, content_algorithm content,
                                              key_operation operation) noexcept;

/// Whether `alg`, `use` and `key_ops` can be true of such a key, and agree with each other.
[[nodiscard]] std::expected<void, error> check_description(const key_numbers& numbers,
                                                           const key_description& described) noexcept;

}  // namespace candela::jose::detail
