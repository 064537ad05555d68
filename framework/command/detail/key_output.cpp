#include <algorithm>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/key_output.hpp>
#include <vector>

namespace candela::command {

namespace {

jose::secret_bytes with_line_end(const jose::secret_bytes& text) {
  jose::secret_bytes longer(text.size() + 1);
  const std::span<const std::byte> content = text;
  *std::ranges::copy(content, longer.data()).out = std::byte{'\n'};
  return longer;
}

jose::secret_bytes as_json_set(std::span<const jose::key> keys, jose::key_part which) {
  // A set would leave out what has no such part.
  for (const jose::key& each : keys) (void)each.to_jwk(which).value();
  const jose::key_set set = jose::key_set::of({keys.begin(), keys.end()}).value();
  return with_line_end(set.to_json(which).value());
}

}  // namespace

key_format key_format_of(const std::string& name) {
  if (name == "jwk") return key_format::jwk;
  if (name == "jwks") return key_format::jwks;
  if (name == "pem") return key_format::pem;
  if (name == "der") return key_format::der;
  throw misuse("there is no format \"" + name + "\"; there are: jwk, jwks, pem, der");
}

jose::secret_bytes written(std::span<const jose::key> keys, key_format as, jose::key_part which) {
  if (as == key_format::jwks || (as == key_format::jwk && keys.size() != 1)) return as_json_set(keys, which);
  if (keys.size() != 1) throw misuse("there are several keys, and the format holds one: --kid says which");
  if (as == key_format::jwk) return with_line_end(keys.front().to_jwk(which).value());
  if (as == key_format::pem) return keys.front().to_pem(which).value();
  return keys.front().to_der(which).value();
}

void put(const jose::secret_bytes& content, jose::key_part which, const std::string& file, bool force) {
  if (file.empty() || file == "-") return write_output(content);
  write_file(file, content, which == jose::key_part::private_part ? readers::owner : readers::everybody, force);
}

jose::key_use key_use_of(const std::string& name) {
  if (name.empty()) return jose::key_use::any;
  if (name == "sig") return jose::key_use::signature;
  if (name == "enc") return jose::key_use::encryption;
  throw misuse("there is no use \"" + name + "\"; there are: sig, enc");
}

}  // namespace candela::command
