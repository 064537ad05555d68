#include <sys/stat.h>

#include <algorithm>
#include <candela/db/postgres/detail/connection.hpp>
#include <stdexcept>

namespace candela::db::postgres {

namespace {

struct options_closer {
  void operator()(PQconninfoOption* options) const noexcept { libpq().conninfoFree(options); }
};

bool is_socket(const std::string& path) noexcept {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode);
}

bool is_this_machine(std::string_view host) noexcept {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

std::string without_line_end(const char* text) {
  std::string line(text);
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  return line;
}

}  // namespace

connect_plan::connect_plan(const settings& chosen) : prefer_socket_(chosen.prefer_socket) {
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, options_closer> parsed(libpq().conninfoParse(chosen.url.c_str(), &complaint));
  if (parsed == nullptr) {
    const std::string why = complaint != nullptr ? without_line_end(complaint) : "out of memory";
    libpq().freemem(complaint);
    throw std::invalid_argument("the database's URL cannot be read: " + why);
  }
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) set(option->keyword, option->val);
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(chosen.connect_timeout).count();
  set_default("connect_timeout", std::to_string(std::max<std::int64_t>(seconds, 2)));  // libpq knows no shorter one
  set_default("application_name", "candela");
  set("client_encoding", "UTF8");
  // With it libpq wraps every byte itself: the connection could not be handed over. Who insists must not get less.
  if (find("gssencmode") == "require") {
    throw std::invalid_argument(
        "the database's URL asks for GSSAPI encryption, which is not supported; TLS is: sslmode");
  }
  set("gssencmode", "disable");
  options_ = find("options");
  statement_timeout_ = std::to_string(chosen.query_timeout.count());
}

void connect_plan::set(std::string_view name, std::string value) {
  const auto found = std::ranges::find(parameters_, name, &parameters::value_type::first);
  if (found != parameters_.end()) {
    found->second = std::move(value);
  } else {
    parameters_.emplace_back(name, std::move(value));
  }
}

void connect_plan::set_default(std::string_view name, std::string value) {
  if (find(name).empty()) set(name, std::move(value));
}

std::string_view connect_plan::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(parameters_, name, &parameters::value_type::first);
  return found == parameters_.end() ? std::string_view() : std::string_view(found->second);
}

// Whoever asks for TLS, or for an address, wants TCP.
std::string connect_plan::local_socket_folder() const {
  if (!prefer_socket_ || !is_this_machine(find("host")) || !find("hostaddr").empty() || !find("sslmode").empty())
    return {};
  const std::string port(find("port").empty() ? std::string_view("5432") : find("port"));
  // Only where nobody but the server can put one.
  const std::string folder = "/var/run/postgresql";
  return is_socket(folder + "/.s.PGSQL." + port) ? folder : std::string();
}

std::expected<connection_ptr, candela::error> connect_plan::open(purpose wanted) const {
  connect_plan with(*this);
  // The URL's own setting stands behind ours, and so wins.
  const std::string bound = wanted == purpose::shared ? statement_timeout_ : "0";
  with.set("options", "-c statement_timeout=" + bound + (options_.empty() ? "" : " " + options_));
  const std::string folder = local_socket_folder();
  if (!folder.empty()) {
    parameters over_socket = with.parameters_;
    std::ranges::find(over_socket, "host", &parameters::value_type::first)->second = folder;
    std::expected<connection_ptr, candela::error> opened = connect(over_socket);
    // The server may let in over TCP whom it refuses here.
    if (opened) return opened;
  }
  return connect(with.parameters_);
}

std::expected<connection_ptr, candela::error> connect_plan::connect(const parameters& with) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : with) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  connection_ptr opened(libpq().connectdbParams(names.data(), values.data(), 0));
  if (opened == nullptr) return std::unexpected(candela::error(candela::errc::out_of_resources, "no memory"));
  if (libpq().status(opened.get()) != CONNECTION_OK || libpq().setnonblocking(opened.get(), 1) != 0) {
    return std::unexpected(
        candela::error(candela::errc::unavailable, without_line_end(libpq().errorMessage(opened.get()))));
  }
  // Notices and what else libpq likes to print would go to the process's standard error.
  libpq().setNoticeProcessor(opened.get(), [](void*, const char*) {}, nullptr);
  return opened;
}

}  // namespace candela::db::postgres
