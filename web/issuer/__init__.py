"""The issuer: an OpenID provider (the company's own log-in, say) that vouches for users, where the operator has set one up.

registration   what we are there
trips          a browser's way there and back, remembered by the browser, sealed
asking         asking the issuer: few at a time, and never for long
documents      what it says about itself, and how long that is kept
tokens         what it says about a person, and whether that holds
issuer         all of it together: where to send a browser, and who came back
"""
