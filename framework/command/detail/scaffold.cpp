#include <candela/command/detail/scaffold.hpp>

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace candela::command {

namespace fs = std::filesystem;

namespace {

using result = std::expected<void, std::string>;

constexpr std::size_t max_name_bytes = 63;

// The program bears the service's name; a build has these targets already.
constexpr std::array<std::string_view, 9> taken_names = {
    "all", "clean", "edit_cache", "help", "install", "list_install_components", "package", "rebuild_cache", "test"};

bool is_lower(char letter) noexcept { return letter >= 'a' && letter <= 'z'; }
bool is_digit(char letter) noexcept { return letter >= '0' && letter <= '9'; }

std::unexpected<std::string> failed(std::string_view what, const fs::path& path, const std::error_code& why) {
  return std::unexpected("cannot " + std::string(what) + " " + path.string() + ": " + why.message());
}

std::error_code last_error() noexcept { return {errno, std::generic_category()}; }

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string filled(std::string_view text, const new_service& wanted) {
  std::string result(text);
  replace_all(result, "@name@", wanted.name);
  replace_all(result, "@version@", CANDELA_VERSION);
  return result;
}

std::string local_cmake(const fs::path& candela) {
  return "# Where candela stands on this machine. Not for version control: other machines have their own.\n"
         "set(candela_hint [==[" +
         candela.string() + "]==])\n";
}

result write(const fs::path& path, std::string_view text) {
  std::error_code error;
  if (fs::create_directories(path.parent_path(), error); error) return failed("make", path.parent_path(), error);
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) return failed("write", path, last_error());
  return {};
}

result write_all(const fs::path& folder, const new_service& wanted) {
  for (const service_template& each : service_templates()) {
    if (auto written = write(folder / each.path, filled(each.text, wanted)); !written) return written;
  }
  return wanted.candela ? write(folder / "local.cmake", local_cmake(*wanted.candela)) : result();
}

result check_free(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(folder, error);
  if (!fs::exists(status)) return {};
  if (!fs::is_directory(status)) return std::unexpected(folder.string() + " exists and is not a folder");
  if (!fs::is_empty(folder, error))
    return std::unexpected("the folder " + folder.string() + " exists and is not empty");
  return {};
}

/// A folder beside the one to be made, gone with everything in it when its maker leaves.
class workplace {
 public:
  explicit workplace(const fs::path& parent) : path_((parent / ".candela-new-XXXXXX").string()) {
    made_ = mkdtemp(path_.data()) != nullptr;
  }
  workplace(const workplace&) = delete;
  workplace& operator=(const workplace&) = delete;
  ~workplace() {
    std::error_code ignored;
    if (made_) fs::remove_all(path_, ignored);
  }
  explicit operator bool() const noexcept { return made_; }
  [[nodiscard]] fs::path path() const { return path_; }

 private:
  std::string path_;
  bool made_ = false;
};

}  // namespace

std::string name_error(const std::string& name) {
  const bool fits = !name.empty() && name.size() <= max_name_bytes && is_lower(name.front()) &&
                    std::ranges::all_of(name, [](char letter) {
                      return is_lower(letter) || is_digit(letter) || letter == '-' || letter == '_';
                    });
  if (!fits) {
    return "a name has up to 63 lower-case letters, digits, - and _ and begins with a letter, unlike \"" + name + "\"";
  }
  if (std::ranges::find(taken_names, name) != taken_names.end()) {
    return "\"" + name + "\" is what CMake calls a target of its own";
  }
  return {};
}

result scaffold(const new_service& wanted) {
  const fs::path folder = fs::absolute(wanted.folder / "").parent_path();
  if (auto is_free = check_free(folder); !is_free) return is_free;
  // Made elsewhere and moved when complete: nobody ever sees half of it.
  const workplace work(folder.parent_path());
  if (!work) return failed("make a folder in", folder.parent_path(), last_error());
  const fs::path made = work.path() / wanted.name;
  if (auto written = write_all(made, wanted); !written) return written;
  std::error_code error;
  if (fs::rename(made, folder, error); error) return failed("make", folder, error);
  return {};
}

}  // namespace candela::command
