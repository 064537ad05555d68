#include <sys/stat.h>

#include <algorithm>
#include <candela/jose/explanation.hpp>
#include <candela/keys/detail/key_document.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace candela::keys::detail {

namespace {

std::expected<jose::key_set, std::string> keys_of_pem(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ";
  std::vector<jose::key> keys;
  for (std::size_t at = text.find(begin); at != std::string_view::npos;) {
    const std::size_t next = text.find(begin, at + begin.size());
    const std::string_view block = text.substr(at, next == std::string_view::npos ? next : next - at);
    at = next;
    // OpenSSL writes those in front of keys on named curves; the key repeats what they say.
    if (block.starts_with("-----BEGIN EC PARAMETERS-----")) continue;
    std::expected<jose::key, jose::error> one = jose::key::from_pem(block);
    if (!one) return std::unexpected(jose::text_of(one.error()));
    keys.push_back(std::move(*one));
  }
  auto set = jose::key_set::of(std::move(keys));
  if (!set) return std::unexpected(jose::text_of(set.error()));
  return std::move(*set);
}

std::expected<jose::key_set, std::string> keys_of_json(std::string_view text) {
  auto set = jose::key_set::from_json(text);
  if (!set) return std::unexpected(jose::text_of(set.error()));
  return std::move(*set);
}

}  // namespace

std::expected<jose::secret_bytes, std::string> read_document(const std::string& path) {
  const auto failed = [](const char* why) { return std::unexpected(std::string(why)); };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  if (file == nullptr) return failed(std::strerror(errno));
  std::setvbuf(file.get(), nullptr, _IONBF, 0);  // what is read may be a private key: no copy of it stays behind
  struct stat about{};
  if (::fstat(::fileno(file.get()), &about) != 0) return failed(std::strerror(errno));
  if (!S_ISREG(about.st_mode)) return failed("it is no file");
  // One byte more than there should be: a file that grows meanwhile is read again at the next look.
  jose::secret_bytes content(std::min(static_cast<std::size_t>(about.st_size), max_document_bytes) + 1);
  std::size_t size = 0;
  while (const std::size_t more = std::fread(content.data() + size, 1, content.size() - size, file.get())) size += more;
  if (std::ferror(file.get()) != 0) return failed("it cannot be read");
  if (size > max_document_bytes) return failed("it is larger than 1 MiB");
  content.shrink(size);
  return content;
}

std::expected<jose::key_set, std::string> keys_of(std::string_view text, bool published) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && text[first] == '{';
  auto set = json || published ? keys_of_json(text) : keys_of_pem(text);
  if (!set) return set;
  if (set->empty()) return std::unexpected(std::string("there is no key in it"));
  const auto secret = [](const jose::key& each) { return each.kind() == jose::key_kind::oct || each.is_private(); };
  if (published && std::ranges::any_of(set->keys(), secret))
    return std::unexpected(std::string("it publishes a secret key"));
  return set;
}

}  // namespace candela::keys::detail
