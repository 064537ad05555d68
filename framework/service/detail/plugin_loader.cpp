#include <dlfcn.h>

#include <candela/core/build_id.hpp>
#include <candela/service/detail/plugin_loader.hpp>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace candela::detail {

namespace {

constexpr const char* descriptor_name = "candela_plugin";

// A plugin brings its dependency, the shared libcandela. If this program has candela linked in, there would be two of
// everything: two sets of attachments, two logs.
bool is_linked_in() {
  Dl_info found{};
  if (dladdr(reinterpret_cast<const void*>(&candela::build_id), &found) == 0) return true;
  std::error_code failed;
  return std::filesystem::equivalent(found.dli_fname, "/proc/self/exe", failed) || failed;
}

void take(const plugin_descriptor& plugin, const std::string& path, catalog& into) {
  for (const extension* const* each = plugin.first; each != plugin.last; ++each) {
    if ((*each)->stage != nullptr) into.add(*(*each)->stage, path);
    if ((*each)->handler != nullptr) into.add(*(*each)->handler, path);
  }
}

void load(const std::string& path, catalog& into) {
  // A name without a slash would be looked for in the system's folders.
  const std::string file = std::filesystem::absolute(path).string();
  void* const object = dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (object == nullptr) throw std::runtime_error(std::string("cannot be loaded: ") + dlerror());
  const auto* descriptor = static_cast<const plugin_descriptor*>(dlsym(object, descriptor_name));
  if (const std::string why = reason_to_refuse(descriptor, build_id()); !why.empty()) throw std::runtime_error(why);
  take(*descriptor, path, into);
}

}  // namespace

std::string reason_to_refuse(const plugin_descriptor* found, std::string_view own) {
  if (found == nullptr) return "is no candela plugin: it exports no " + std::string(descriptor_name);
  if (found->magic != plugin_descriptor::expected_magic) return "is a plugin for another kind of candela";
  if (found->build_id == own) return {};
  return "was built with another candela: it has [" + std::string(found->build_id) + "], this service has [" +
         std::string(own) + "]";
}

void load_plugins(const config::node& file, catalog& into) {
  for (const config::node& each : file.get("plugins").items()) {
    const std::string path = each.as_path().string();
    if (is_linked_in()) {
      each.fail("this program has candela linked in; to load plugins it must be linked with candela::shared");
    }
    try {
      load(path, into);
    } catch (const std::exception& wrong) {
      each.fail("the plugin " + path + " " + wrong.what());
    }
  }
}

}  // namespace candela::detail
