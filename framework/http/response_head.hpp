// What is said of a response before its body.
#pragma once

#include <candela/http/headers.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela::http {

/// Fields that many responses share, rendered once at start-up. Immutable afterwards.
class header_block {
 public:
  /// The pairs are names (any letter case) and values; both are copied. Values must be valid field values.
  explicit header_block(const std::vector<std::pair<std::string, std::string>>& fields);

  /// The tokens among its names, bit `1 << token`.
  [[nodiscard]] std::uint64_t present() const noexcept { return present_; }
  /// The field lines as HTTP/1.1 writes them, each with its line end.
  [[nodiscard]] std::string_view rendered() const noexcept { return rendered_; }
  /// The fields one by one, for other protocol versions and for tests.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fields() const noexcept { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
  std::string rendered_;
  std::uint64_t present_ = 0;
};

/// A response's head as it is handed to a stream. Server, Date, Connection and the framing of the body are the codec's
/// to add.
struct response_head {
  std::uint16_t status = 200;
  const headers* fields = nullptr;
  std::span<const header_block* const> blocks = {};
};

}  // namespace candela::http
