// Private to the room: the files of a new service, and how they get onto the disk.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace candela::command {

/// A file as it stands in templates/: `@name@` and `@version@` are yet to be filled in.
struct service_template {
  std::string_view path;
  std::string_view text;
};

[[nodiscard]] std::span<const service_template> service_templates() noexcept;

struct new_service {
  std::string name;
  std::filesystem::path folder;
  std::optional<std::filesystem::path> candela;  ///< where this machine's candela stands; kept out of version control
};

/// Why a service cannot have that name; empty when it can.
[[nodiscard]] std::string name_error(const std::string& name);

/// Makes the folder with everything in it, or nothing. The folder may exist while it is empty. The error is a sentence.
[[nodiscard]] std::expected<void, std::string> scaffold(const new_service& wanted);

}  // namespace candela::command
