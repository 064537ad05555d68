#include <algorithm>
#include <candela/config/error.hpp>
#include <candela/service/detail/assembly.hpp>
#include <functional>
#include <stdexcept>

namespace candela::detail {

namespace {

/// Makes one worker's generation; lives as long as that takes.
class assembler {
 public:
  assembler(const composition& plan, const workshop& tools, net::worker& worker)
      : plan_(plan), tools_(tools), worker_(worker) {}

  std::unique_ptr<generation> run() {
    entry_ = make_chain("entry", plan_.entry);
    made_->set_entry(entry_);
    for (const auto& [name, uses] : plan_.chains) chains_.emplace(name, make_chain(name, uses));
    for (const planned_route& each : plan_.routes) add(each);
    made_->freeze();
    return std::move(made_);
  }

 private:
  using instances = std::vector<const stage_instance*>;

  stage_setup setup_for(const stage_use& use, std::string_view chain) {
    return {config::reader(use.options),
            chain,
            worker_,
            tools_.metrics,
            tools_.lanes,
            &tools_.facts,
            tools_.store,
            tools_.revoked};
  }

  // Calls `make` with the options of `use`; what it throws names the place in the file.
  template <class Make>
  auto made_from(const stage_use& use, std::string_view chain, Make&& make) {
    stage_setup setup = setup_for(use, chain);
    try {
      auto result = make(setup);
      setup.options().finish();
      return result;
    } catch (const config::error&) {
      throw;
    } catch (const std::exception& what) {
      use.mentioned.fail(use.name + ": " + what.what());
    }
  }

  instances make_chain(std::string_view chain, const std::vector<stage_use>& uses) {
    instances made;
    for (const stage_use& use : uses) {
      const stage_factory* factory = tools_.names.stage(use.name);
      if (factory == nullptr) {
        use.mentioned.fail("there is no stage \"" + use.name + "\" for the chain \"" + std::string(chain) +
                           "\"; there are: " + tools_.names.stage_names());
      }
      auto stage = made_from(use, chain, [&](stage_setup& setup) { return factory->make(setup, factory->name); });
      made.push_back(stage.get());
      made_->keep(std::move(stage));
    }
    return made;
  }

  const instances& chain_of(const planned_route& planned) {
    static const instances none;
    const std::string& wanted = planned.options.chain;
    const auto found = chains_.find(wanted.empty() ? default_chain_name : std::string_view(wanted));
    if (found != chains_.end()) return found->second;
    if (wanted.empty() || wanted == "none") return none;
    std::string names;
    for (const auto& [name, uses] : plan_.chains) names += (names.empty() ? "" : ", ") + name;
    planned.mentioned.fail("the route " + planned.pattern + " wants the chain \"" + wanted + "\"; " +
                           (names.empty() ? "no chain is declared" : "there are: " + names));
  }

  candela::handler configured(const stage_use& use) {
    const handler_factory* factory = tools_.names.handler(use.name);
    if (factory == nullptr) {
      use.mentioned.fail("there is no handler \"" + use.name +
                         "\" to configure; there are: " + tools_.names.handler_names());
    }
    return made_from(use, {}, [&](stage_setup& setup) { return factory->make(setup); });
  }

  // Options on the route itself make a handler of its own.
  candela::handler own_handler(const planned_route& planned) {
    stage_use use(planned.handler_name, planned.handler_options);
    use.mentioned = planned.handler_options;
    return configured(use);
  }

  candela::handler named_handler(const planned_route& planned) {
    if (!planned.handler_options.is_null()) return own_handler(planned);
    const std::string& name = planned.handler_name;
    if (const auto found = handlers_.find(name); found != handlers_.end()) return found->second;
    candela::handler answer;
    if (const auto use = plan_.configured.find(name); use != plan_.configured.end()) {
      answer = configured(use->second);
    } else if (const auto code = plan_.named.find(name); code != plan_.named.end()) {
      answer = code->second;
    } else if (tools_.names.handler(name) != nullptr) {
      stage_use use(name);
      use.mentioned = planned.mentioned;
      answer = configured(use);
    } else {
      refuse_handler(planned);
    }
    return handlers_.emplace(name, std::move(answer)).first->second;
  }

  // The factory behind the route's handler; null when code made it.
  [[nodiscard]] const handler_factory* factory_of(const planned_route& planned) const {
    const std::string& name = planned.handler_name;
    if (!planned.handler_options.is_null()) return tools_.names.handler(name);
    const auto use = plan_.configured.find(name);
    if (use != plan_.configured.end()) return tools_.names.handler(use->second.name);
    return plan_.named.contains(name) ? nullptr : tools_.names.handler(name);
  }

  void check_pattern(const planned_route& planned) const {
    const handler_factory* factory = factory_of(planned);
    if (factory == nullptr || !factory->needs_rest || planned.pattern.ends_with("...}")) return;
    planned.mentioned.fail("the handler \"" + planned.handler_name + "\" wants a path that ends in {path...}, unlike " +
                           planned.pattern);
  }

  [[noreturn]] void refuse_handler(const planned_route& planned) {
    std::string names = tools_.names.handler_names();
    for (const auto& [name, use] : plan_.configured) names += (names.empty() ? "" : ", ") + name;
    for (const auto& [name, answer] : plan_.named) names += (names.empty() ? "" : ", ") + name;
    planned.mentioned.fail("the route " + planned.pattern + " wants the handler \"" + planned.handler_name + "\"; " +
                           (names.empty() ? "none is known" : "there are: " + names));
  }

  // A route that asks for scopes which nobody looks at would be open to everyone. In front of a stage that may send
  // requests elsewhere, those of the entry chain look at another route.
  void check_scopes(const planned_route& planned, const route& made) const {
    if (planned.options.scopes.empty()) return;
    const auto own = made.stages.begin() + static_cast<std::ptrdiff_t>(entry_.size());
    const bool rewritten = std::any_of(made.stages.begin(), own, std::mem_fn(&stage_hooks::rewrites_target));
    if (std::any_of(rewritten ? own : made.stages.begin(), made.stages.end(), std::mem_fn(&stage_hooks::checks_scopes)))
      return;
    planned.mentioned.fail("the route " + planned.pattern +
                           " asks for scopes, and no stage in front of it checks them (jwt_verify does)");
  }

  void add(const planned_route& planned) {
    check_pattern(planned);
    auto made = std::make_unique<route>();
    made->method = planned.method;
    made->pattern = planned.pattern;
    made->options = planned.options;
    made->handler = planned.handler_name.empty() ? planned.answer : named_handler(planned);
    const instances& chain = chain_of(planned);
    try {
      made->stages = made_->entry_for(*made);
      for (const stage_instance* each : chain) {
        if (each->applies_to(*made)) made->stages.push_back(each->hooks());
      }
      check_scopes(planned, *made);
      made_->add(std::move(made));
    } catch (const std::invalid_argument& wrong) {
      planned.mentioned.fail(wrong.what());
    }
  }

  const composition& plan_;
  const workshop& tools_;
  net::worker& worker_;
  std::unique_ptr<generation> made_ = std::make_unique<generation>();
  instances entry_;
  std::map<std::string, instances, std::less<>> chains_;
  std::map<std::string, candela::handler, std::less<>> handlers_;
};

}  // namespace

std::unique_ptr<generation> assemble(const composition& plan, const workshop& tools, net::worker& worker) {
  return assembler(plan, tools, worker).run();
}

}  // namespace candela::detail
