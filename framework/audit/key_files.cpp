// The keys of an audit trail, from files.
#include <candela/audit/checkpoint.hpp>
#include <candela/jose/explanation.hpp>
#include <candela/jose/secret.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace candela::audit {

namespace {

constexpr std::size_t max_key_file_bytes = 256 * 1024;

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view why) {
  throw std::runtime_error(file.string() + ": " + std::string(why));
}

// Unbuffered, into memory that is wiped: no copy of a private key stays behind.
jose::secret_bytes read_file(const std::filesystem::path& file) {
  const auto close = [](std::FILE* open) { std::fclose(open); };
  const std::unique_ptr<std::FILE, decltype(close)> in(std::fopen(file.c_str(), "rbe"), close);
  if (in == nullptr) refuse(file, std::strerror(errno));
  std::setbuf(in.get(), nullptr);
  jose::secret_bytes text(max_key_file_bytes);
  const std::size_t size = std::fread(text.data(), 1, text.size(), in.get());
  if (std::ferror(in.get()) != 0) refuse(file, "cannot be read");
  if (size == text.size()) refuse(file, "is too large for a key");
  text.shrink(size);
  return text;
}

bool is_json(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

template <class Value>
Value value_or_refuse(std::expected<Value, jose::error> made, const std::filesystem::path& file) {
  if (!made) refuse(file, jose::text_of(made.error()));
  return std::move(*made);
}

}  // namespace

jose::key load_signing_key(const std::filesystem::path& file) {
  const jose::secret_bytes text = read_file(file);
  return value_or_refuse(is_json(text.text()) ? jose::key::from_jwk(text.text()) : jose::key::from_pem(text.text()),
                         file);
}

jose::key_set load_verifying_keys(const std::filesystem::path& file) {
  const jose::secret_bytes text = read_file(file);
  if (!is_json(text.text())) {
    const jose::key key = value_or_refuse(jose::key::from_pem(text.text()), file);
    return value_or_refuse(verifying_keys(std::span(&key, 1)), file);
  }
  const jose::key_set keys = value_or_refuse(jose::key_set::from_json(text.text()), file);
  if (keys.empty()) refuse(file, "there is no key in it");
  return value_or_refuse(verifying_keys(keys.keys()), file);
}

}  // namespace candela::audit
