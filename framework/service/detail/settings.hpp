// Private to the room: what the sections `server` and `log` of service.yml say.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/log_options.hpp>
#include <candela/http/h1_settings.hpp>
#include <candela/net/tls_options.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace candela::detail {

struct server_settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  unsigned workers = 0;  // 0: one per core
  std::optional<net::tls_options> tls;
  config::node tls_section;  // null unless the file names what is in `tls`
  http::h1_settings http;
  std::chrono::milliseconds shutdown_delay{0};
  std::chrono::milliseconds shutdown_grace{30'000};
};

/// Both throw `config::error`. The caller's `finish` covers the keys.
[[nodiscard]] server_settings read_server(config::reader section);
[[nodiscard]] log::options read_log(config::reader section);

/// Throws what is wrong with the files of `tls`, a sentence that names one: `config::error` at the key that led to it,
/// or `std::runtime_error` when the command line did.
[[noreturn]] void refuse_tls_files(const server_settings& settings, const std::string& why);

}  // namespace candela::detail
