#include <candela/config/error.hpp>
#include <candela/service/detail/settings.hpp>
#include <limits>
#include <stdexcept>

namespace candela::detail {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

milliseconds read_milliseconds(config::reader& section, std::string_view key, milliseconds otherwise,
                               config::duration_range allowed = {1ms, 24h}) {
  return std::chrono::duration_cast<milliseconds>(section.duration(key, otherwise, allowed));
}

std::size_t read_bytes(config::reader& section, std::string_view key, std::size_t otherwise,
                       config::size_range allowed) {
  return static_cast<std::size_t>(section.size(key, otherwise, allowed));
}

void read_timeouts(config::reader section, http::h1_settings& to) {
  to.header_timeout = read_milliseconds(section, "header", to.header_timeout);
  to.idle_timeout = read_milliseconds(section, "idle", to.idle_timeout);
  to.body_timeout = read_milliseconds(section, "body", to.body_timeout);
  to.write_timeout = read_milliseconds(section, "write", to.write_timeout);
  to.linger_timeout = read_milliseconds(section, "linger", to.linger_timeout);
}

constexpr config::size_range head_range{64, 64 * 1024};
constexpr config::size_range buffer_range{4 * 1024, 1024 * 1024 * 1024};

void read_head_limits(config::reader& section, http::h1_settings& to) {
  to.head.max_target_bytes = read_bytes(section, "target", to.head.max_target_bytes, head_range);
  to.head.max_head_bytes = read_bytes(section, "head", to.head.max_head_bytes, head_range);
  to.head.max_headers = section.integer<std::size_t>("headers", to.head.max_headers, {1, 1000});
  to.chunks.max_extension_bytes = read_bytes(section, "chunk_extension", to.chunks.max_extension_bytes, {0, 64 * 1024});
  to.chunks.max_trailer_bytes = read_bytes(section, "trailer", to.chunks.max_trailer_bytes, {0, 64 * 1024});
  to.chunks.max_trailers = section.integer<std::size_t>("trailers", to.chunks.max_trailers, {0, 1000});
}

void read_limits(config::reader section, http::h1_settings& to) {
  read_head_limits(section, to);
  to.max_pipelined = section.integer<std::size_t>("pipelined", to.max_pipelined, {1, 10'000});
  to.early_discard_bytes = read_bytes(section, "early_discard", to.early_discard_bytes, {0, 1024 * 1024 * 1024});
  to.body_window = read_bytes(section, "body_window", to.body_window, buffer_range);
  to.body_rate = read_bytes(section, "body_rate", to.body_rate, {0, 1024 * 1024 * 1024});
  to.write_high_mark = read_bytes(section, "write_high_mark", to.write_high_mark, buffer_range);
  to.write_low_mark = read_bytes(section, "write_low_mark", to.write_low_mark, {0, buffer_range.high});
  if (to.write_low_mark >= to.write_high_mark) {
    section.get("write_low_mark").fail("must be less than write_high_mark, or writers never wait");
  }
}

std::optional<net::tls_options> read_tls(config::reader section) {
  if (section.map().is_null()) return std::nullopt;
  net::tls_options to;
  to.certificate_file = section.path("certificate").string();
  to.key_file = section.path("private_key").string();
  to.client_ca_file = section.path("client_ca", {}).string();
  using net::client_certificates;
  to.client_certificates = section.choose<client_certificates>("client_certificates",
                                                               {{"none", client_certificates::none},
                                                                {"optional", client_certificates::optional},
                                                                {"required", client_certificates::required}},
                                                               client_certificates::none);
  if (to.client_certificates != client_certificates::none && to.client_ca_file.empty()) {
    section.get("client_certificates").fail("needs client_ca, the authorities that clients' certificates come from");
  }
  to.minimum_version = section.choose<net::tls_version>(
      "min_version", {{"1.2", net::tls_version::v1_2}, {"1.3", net::tls_version::v1_3}}, net::tls_version::v1_2);
  to.resumption = section.boolean("resumption", true);
  to.handshake_timeout = read_milliseconds(section, "handshake_timeout", to.handshake_timeout);
  return to;
}

unsigned read_workers(config::reader& section) {
  const config::node value = section.get("workers");
  if (value.is_null()) return 0;
  if (value.kind() == config::node_kind::scalar && value.as_string() == "auto") return 0;
  try {
    return static_cast<unsigned>(value.as_integer({1, 1024}));
  } catch (const config::error&) {
    value.unexpected("auto or an integer from 1 to 1024");
  }
}

log::output_options read_output(config::reader& section) {
  log::output_options to;
  to.style = section.choose<log::format>("format", {{"text", log::format::text}, {"json", log::format::json}},
                                         log::format::text);
  to.file = section.path("file", {}).string();
  to.to_stderr = section.boolean("stderr", to.file.empty());
  to.rotate_bytes = read_bytes(section, "max_size", 0, {0, std::numeric_limits<std::size_t>::max()});
  to.rotate_files = section.integer<std::size_t>("keep", to.rotate_files, {1, 1000});
  return to;
}

log::level read_level(config::reader& section, log::level otherwise) {
  using log::level;
  return section.choose<level>("level",
                               {{"trace", level::trace},
                                {"debug", level::debug},
                                {"info", level::info},
                                {"warn", level::warn},
                                {"error", level::error},
                                {"off", level::off}},
                               otherwise);
}

}  // namespace

server_settings read_server(config::reader section) {
  server_settings to;
  to.host = section.string("host", to.host);
  to.port = section.integer<std::uint16_t>("port", to.port);
  to.workers = read_workers(section);
  to.http.server_name = section.string("name", to.http.server_name);
  to.tls = read_tls(section.section("tls"));
  to.tls_section = section.get("tls");
  read_timeouts(section.section("timeouts"), to.http);
  read_limits(section.section("limits"), to.http);
  config::reader shutdown = section.section("shutdown");
  to.shutdown_delay = read_milliseconds(shutdown, "delay", to.shutdown_delay, {0ms, 24h});
  to.shutdown_grace = read_milliseconds(shutdown, "grace", to.shutdown_grace, {0ms, 24h});
  return to;
}

log::options read_log(config::reader section) {
  log::options to;
  to.minimum = read_level(section, log::level::info);
  to.output = read_output(section);
  for (const config::node::member& channel : section.members("channels")) {
    config::reader each(channel.value);
    log::channel_options made{channel.key, std::nullopt, std::nullopt};
    if (each.has("level")) made.minimum = read_level(each, log::level::info);
    if (each.has("file") || each.has("format") || each.has("stderr")) made.output = read_output(each);
    each.finish();
    to.channels.push_back(std::move(made));
  }
  return to;
}

void refuse_tls_files(const server_settings& settings, const std::string& why) {
  if (settings.tls_section.is_null()) throw std::runtime_error(why);
  std::string_view named;
  std::size_t first = std::string::npos;
  for (const std::string_view key : {"certificate", "private_key", "client_ca"}) {
    const config::node value = settings.tls_section.get(key);
    const std::size_t place = value.is_null() ? std::string::npos : why.find(value.as_path().string());
    if (place < first) named = key, first = place;
  }
  if (named.empty()) settings.tls_section.fail(why);
  settings.tls_section.get(named).fail(why);
}

}  // namespace candela::detail
