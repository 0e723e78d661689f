"""The pages: one folder per audience or feature, each a blueprint with thin views.

``wiring`` builds the application and is the only module that touches a database engine; everybody else asks
``reaching``. A feature registers its blueprint in ``wiring.BLUEPRINTS`` and its entry of the staff menu in
``navigation.ENTRIES``.
"""
