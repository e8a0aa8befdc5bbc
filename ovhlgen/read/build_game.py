"""The files at the top of `specs/`, catalogues, themes and scenarios → model."""

from __future__ import annotations

from ovhlgen.model.design import Scenario, Theme
from ovhlgen.model.game import (
    Admin,
    Catalogue,
    Config,
    Data,
    DataKey,
    Icon,
    Kernel,
    Leaderboard,
    Logging,
    Migration,
    Monetization,
    Network,
    Package,
    Product,
    Ref,
    Role,
    Roles,
    RoleSource,
    Save,
    Settings,
    Topbar,
)
from ovhlgen.model.node import Mapping, Scalar, Sequence
from ovhlgen.read.build_module import config_fields
from ovhlgen.read.parts import (
    Reader,
    as_mapping,
    config_ref,
    duration,
    flag,
    get_ref,
    items,
    need_ref,
    rate,
    ref,
    refs,
    switch,
    text,
    whole,
)
from ovhlgen.schema.game import PAGES

DEFAULT_DOMAINS = ("Core", "Services", "OVHL_Modules")


def build_settings(reader: Reader, root: Mapping) -> Settings:
    kernel = as_mapping(root.get("kernel"))
    after = as_mapping(kernel.get("disable_after"))
    reload = as_mapping(kernel.get("hot_reload"))
    logging = as_mapping(root.get("logging"))
    network = as_mapping(root.get("network"))
    violations = as_mapping(network.get("violations"))
    name = need_ref(root, "name")
    place = root.get("place")
    return Settings(
        name=name.name,
        description=text(root, "description") or "",
        kernel=Kernel(
            domains=refs(kernel.get("domains")) or tuple(Ref(one, name.span) for one in DEFAULT_DOMAINS),
            init_timeout=duration(kernel, "init_timeout", 10.0),
            failures=whole(after, "failures", 5),
            within=duration(after, "within", 60.0),
            reload_enabled=switch(reload, "enabled", True),
            dependents=text(reload, "dependents") or "reject",
        ),
        logging=Logging(
            level=text(logging, "level"),
            perf=flag(logging, "perf"),
            domains={
                key.text: value.text
                for key, value in as_mapping(logging.get("domains")).items()
                if isinstance(value, Scalar)
            },
            file=text(logging, "file") or "OVHL_OJOL_LOGS.md",
            webhook=text(logging, "webhook"),
            persist=flag(logging, "persist"),
        ),
        network=Network(
            default_rate=rate(text(network, "default_rate") or "20/s burst 40"),
            log_violations=flag(violations, "log", True),
            kick_after=whole(violations, "kick_after", 50),
            within=duration(violations, "within", 60.0),
        ),
        packages={
            key.text: Package(ref(key), refs(as_mapping(value).get("at")))
            for key, value in as_mapping(root.get("packages")).items()
        },
        place=place if isinstance(place, Mapping) else None,
    )


def build_config(reader: Reader, root: Mapping) -> Config:
    return Config(
        format=text(root, "format") or "luau",
        fields=config_fields(reader, as_mapping(root.get("fields"))),
        profiles={key.text: as_mapping(value) for key, value in as_mapping(root.get("profiles")).items()},
    )


def build_roles(reader: Reader, root: Mapping) -> Roles:
    roles = {
        key.text: Role(ref(key), whole(as_mapping(value), "rank", 0))
        for key, value in as_mapping(root.get("roles")).items()
    }
    sources = tuple(_source(entry) for entry in items(root.get("sources")))
    refresh = duration(as_mapping(root.get("cache")), "refresh", 300.0)
    return Roles(roles, need_ref(root, "default"), sources, refresh)


def _source(entry: Scalar | Sequence | Mapping) -> RoleSource:
    if isinstance(entry, Scalar):
        return RoleSource(ref(entry), (), None)
    body = as_mapping(entry)
    kind, value = next(iter(body.items()))
    if isinstance(value, Scalar):
        return RoleSource(ref(kind), (ref(value),), value)
    inner = as_mapping(value)
    if kind.text in ("kohls_admin", "hd_admin"):
        ranks = as_mapping(inner.get("map"))
        named = tuple(ref(role) for role in ranks.values.values() if isinstance(role, Scalar))
        return RoleSource(ref(kind), named, value, package=get_ref(inner, "package"))
    if kind.text == "users":
        return RoleSource(ref(kind), tuple(ref(key) for key in inner.keys.values()), value)
    if kind.text == "gamepasses":
        named = tuple(ref(role) for role in inner.values.values() if isinstance(role, Scalar))
        passes = tuple(ref(key) for key in inner.keys.values() if not key.text.isdigit())
        return RoleSource(ref(kind), named, value, gamepasses=passes)
    named = tuple(need_ref(as_mapping(rank), "role") for ranks in inner.values.values() for rank in items(ranks))
    return RoleSource(ref(kind), named, value)


def build_data(reader: Reader, root: Mapping) -> Data:
    save = as_mapping(root.get("save"))
    return Data(
        store=text(root, "store") or "",
        version=Ref(str(whole(root, "version", 1)), need_ref(root, "version").span),  # `0x10` is a number, too
        player=_data_keys(reader, as_mapping(root.get("player"))),
        global_keys=_data_keys(reader, as_mapping(root.get("global"))),
        leaderboards={
            key.text: Leaderboard(
                ref(key),
                need_ref(as_mapping(value), "of"),
                whole(as_mapping(value), "top", 50),
                duration(as_mapping(value), "refresh", 60.0),
            )
            for key, value in as_mapping(root.get("leaderboards")).items()
        },
        migrations=tuple(
            Migration(
                whole(as_mapping(entry), "from", 0),
                whole(as_mapping(entry), "to", 0),
                need_ref(as_mapping(entry), "worker"),
                as_mapping(entry).span,
            )
            for entry in items(root.get("migrations"))
        ),
        save=Save(
            retries=whole(save, "retries", 5),
            backoff=duration(save, "backoff", 1.0),
            backoff_cap=duration(save, "backoff_cap", 30.0),
            lock_timeout=duration(save, "lock_timeout", 60.0),
        ),
    )


def _data_keys(reader: Reader, node: Mapping) -> dict[str, DataKey]:
    return {
        key.text: DataKey(
            ref(key),
            reader.type(as_mapping(value).get("type")),
            as_mapping(value).values["default"],
            text(as_mapping(value), "doc"),
            text(as_mapping(value), "visible"),
            flag(as_mapping(value), "private"),
        )
        for key, value in node.items()
    }


def build_monetization(reader: Reader, root: Mapping) -> Monetization:
    products = {}
    for key, value in as_mapping(root.get("products")).items():
        body = as_mapping(value)
        given = as_mapping(body.get("grants"))
        grants = tuple(ref(name) for name in given.keys.values())
        products[key.text] = Product(ref(key), whole(body, "id", 0), grants, given.values, get_ref(body, "worker"))
    passes = as_mapping(root.get("gamepasses"))
    return Monetization(
        {key.text: whole(as_mapping(value), "id", 0) for key, value in passes.items()},
        tuple(ref(name) for name in passes.keys.values()),
        products,
        duration(root, "cache", 300.0),
    )


def build_topbar(reader: Reader, root: Mapping) -> Topbar:
    icons = {key.text: _icon(key, as_mapping(value)) for key, value in as_mapping(root.get("icons")).items()}
    return Topbar(get_ref(root, "package"), icons)


def _icon(key: Scalar, body: Mapping) -> Icon:
    return Icon(ref(key), body.get("label"), text(body, "image"), need_ref(body, "opens"), refs(body.get("roles")))


def build_admin(reader: Reader, root: Mapping) -> Admin:
    whitelist = root.get("whitelist")
    return Admin(
        refs(root.get("roles")),
        config_ref(whitelist) if isinstance(whitelist, Scalar) else None,
        tuple(page.name for page in refs(root.get("pages"))) or PAGES,
    )


def build_catalogue(reader: Reader, root: Mapping) -> Catalogue:
    return Catalogue(
        key=need_ref(root, "catalogue"),
        row=reader.type(root.get("row")),
        key_field=need_ref(root, "key"),
        realm=text(root, "realm") or "shared",
        rows=tuple(as_mapping(row) for row in items(root.get("rows"))),
        path=reader.path,
    )


def build_theme(reader: Reader, root: Mapping) -> Theme:
    return Theme(need_ref(root, "theme"), get_ref(root, "extends"), as_mapping(root.get("tokens")))


def build_scenario(reader: Reader, root: Mapping) -> Scenario:
    name = reader.path.rsplit("/", 1)[1].removesuffix(".yaml")
    return Scenario(name, need_ref(root, "scenario"), root, reader.path)
