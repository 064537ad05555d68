// Somebody whom a stage knows from its own options. Private.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/server/principal.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// Immutable, and never moved: its principal views into it. Lives as long as the stage.
class listed_party {
 public:
  /// Reads `name`, `client` and `scopes`. `list` must be static text.
  listed_party(config::reader& options, std::string_view list, authentication by);
  listed_party(const listed_party&) = delete;
  listed_party& operator=(const listed_party&) = delete;

  [[nodiscard]] const principal& who() const noexcept { return who_; }

 private:
  std::string name_;
  std::string client_;
  std::vector<std::string> scopes_;
  std::vector<std::string_view> views_;
  principal who_;
};

}  // namespace candela::middleware::detail
